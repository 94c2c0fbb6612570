/** Claims about the core, checked on real servers. */
@NullMarked
package io.github.postgresxa;

import org.jspecify.annotations.NullMarked;
