/** Claims about this package. */
@NullMarked
package io.github.postgresxa.branch;

import org.jspecify.annotations.NullMarked;
