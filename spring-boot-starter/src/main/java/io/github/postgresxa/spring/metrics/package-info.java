/** Meters of transactions, of recovered and prepared branches, and of connections. */
@NullMarked
package io.github.postgresxa.spring.metrics;

import org.jspecify.annotations.NullMarked;
