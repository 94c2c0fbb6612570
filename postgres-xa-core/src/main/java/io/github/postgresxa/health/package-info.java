/**
 * What the last observation of a node means for its health: one rule for every framework that shows it.
 *
 * <p>Not API: only the root package is.
 */
@NullMarked
package io.github.postgresxa.health;

import org.jspecify.annotations.NullMarked;
