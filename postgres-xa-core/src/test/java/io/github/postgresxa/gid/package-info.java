/** Claims about this package. */
@NullMarked
package io.github.postgresxa.gid;

import org.jspecify.annotations.NullMarked;
