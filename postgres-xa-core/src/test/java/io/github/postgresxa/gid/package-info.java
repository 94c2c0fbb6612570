/** Tests of the grammar of branch names. */
@NullMarked
package io.github.postgresxa.gid;

import org.jspecify.annotations.NullMarked;
