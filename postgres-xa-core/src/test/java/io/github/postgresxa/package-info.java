/** Tests of the core, most of them on real servers. */
@NullMarked
package io.github.postgresxa;

import org.jspecify.annotations.NullMarked;
