/** What can be counted: ends of transactions, recovered branches, prepared branches, connections. */
@NullMarked
package io.github.postgresxa.spring.metrics;

import org.jspecify.annotations.NullMarked;
