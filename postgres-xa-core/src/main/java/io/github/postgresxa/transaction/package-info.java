/**
 * One JTA transaction: its branches, its state, and the commit protocol behind one facade XAResource.
 *
 * <p>Not API: only the root package is.
 */
@NullMarked
package io.github.postgresxa.transaction;

import org.jspecify.annotations.NullMarked;
