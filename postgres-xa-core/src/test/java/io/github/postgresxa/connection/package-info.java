/** What applications hold of a session, and what becomes of it. */
@NullMarked
package io.github.postgresxa.connection;

import org.jspecify.annotations.NullMarked;
