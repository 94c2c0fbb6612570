/** Claims about this package. */
@NullMarked
package io.github.postgresxa.recovery;

import org.jspecify.annotations.NullMarked;
