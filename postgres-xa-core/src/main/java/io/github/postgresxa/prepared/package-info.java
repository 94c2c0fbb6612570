/**
 * Prepared branches as a server lists them: what is listed, what is to be done with one, and doing it.
 *
 * <p>Not API: only the root package and {@code operations} are.
 */
@NullMarked
package io.github.postgresxa.prepared;

import org.jspecify.annotations.NullMarked;
