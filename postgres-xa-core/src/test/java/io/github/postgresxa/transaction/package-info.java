/** Claims about this package. */
@NullMarked
package io.github.postgresxa.transaction;

import org.jspecify.annotations.NullMarked;
