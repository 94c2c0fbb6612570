/**
 * The durable yes or no: one row, one table, one schema on every node.
 *
 * <p>Not API: only the root package is.
 */
@NullMarked
package io.github.postgresxa.decision;

import org.jspecify.annotations.NullMarked;
