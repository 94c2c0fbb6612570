/**
 * One node's part of a transaction: work, vote, finish.
 *
 * <p>Not API: only the root package is.
 */
@NullMarked
package io.github.postgresxa.branch;

import org.jspecify.annotations.NullMarked;
