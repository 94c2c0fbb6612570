/** Claims about this package. */
@NullMarked
package io.github.postgresxa.node;

import org.jspecify.annotations.NullMarked;
