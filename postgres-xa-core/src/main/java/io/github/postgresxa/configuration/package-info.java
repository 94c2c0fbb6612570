/**
 * The keys {@code postgres.xa.*}: their names, types and defaults, how a misspelled one is found, and what their values
 * mean. The starter and the command line read their configuration by these rules.
 *
 * <p>Not API: only the root package is.
 */
@NullMarked
package io.github.postgresxa.configuration;

import org.jspecify.annotations.NullMarked;
