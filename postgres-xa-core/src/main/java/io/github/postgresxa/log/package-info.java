/**
 * What the log says, and how often. A leaf: every package may use it.
 *
 * <p>Not API: only the root package is.
 */
@NullMarked
package io.github.postgresxa.log;

import org.jspecify.annotations.NullMarked;
