/** Servers in containers. Loaded only on request, because Testcontainers is optional. Not API. */
@NullMarked
package io.github.postgresxa.test.container;

import org.jspecify.annotations.NullMarked;
