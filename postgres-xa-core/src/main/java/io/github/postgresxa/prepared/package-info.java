/**
 * Prepared branches as a server lists them: the list, the verdict on a branch, and finishing it.
 *
 * <p>Not API: only the root package and {@code operations} are.
 */
@NullMarked
package io.github.postgresxa.prepared;

import org.jspecify.annotations.NullMarked;
