/**
 * Meters of nodes, transactions and recovery, for Micrometer. Only where its jar is.
 *
 * <p>Not API: only the root package is. The names of the meters are.
 */
@NullMarked
package io.github.postgresxa.metrics;

import org.jspecify.annotations.NullMarked;
