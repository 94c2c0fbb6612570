/**
 * Narayana as the embedded manager: no port, no file, and no thread but those that watch timeouts, as long as only
 * PostgreSQL nodes take part.
 *
 * <p>Not API: only the root package is.
 */
@NullMarked
package io.github.postgresxa.manager.narayana;

import org.jspecify.annotations.NullMarked;
