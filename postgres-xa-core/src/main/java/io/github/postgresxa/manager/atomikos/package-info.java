/**
 * Atomikos as the embedded manager: registered without its pools, without a log for PostgreSQL-only transactions.
 *
 * <p>Not API: only the root package is.
 */
@NullMarked
package io.github.postgresxa.manager.atomikos;

import org.jspecify.annotations.NullMarked;
