/** Claims about this package. */
@NullMarked
package io.github.postgresxa.datasource;

import org.jspecify.annotations.NullMarked;
