/**
 * Narayana as the embedded manager: no port, no file, and no thread but those that watch timeouts. Where another
 * resource takes part, its decisions are on a node, or in a file of the application's choice.
 *
 * <p>Not API: only the root package is.
 */
@NullMarked
package io.github.postgresxa.manager.narayana;

import org.jspecify.annotations.NullMarked;
