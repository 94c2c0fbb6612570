/**
 * Finishes what others began. Works in a process that never started a transaction.
 *
 * <p>Not API: only the root package is.
 */
@NullMarked
package io.github.postgresxa.recovery;

import org.jspecify.annotations.NullMarked;
