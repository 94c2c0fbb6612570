/** Limited resources of a server. */
@NullMarked
package io.github.postgresxa.limits;

import org.jspecify.annotations.NullMarked;
