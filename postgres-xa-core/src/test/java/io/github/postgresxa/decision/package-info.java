/** Claims about this package. */
@NullMarked
package io.github.postgresxa.decision;

import org.jspecify.annotations.NullMarked;
