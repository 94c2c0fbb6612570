/** Servers in containers. Loaded only when asked for, because Testcontainers need not be there. Not API. */
@NullMarked
package io.github.postgresxa.test.container;

import org.jspecify.annotations.NullMarked;
