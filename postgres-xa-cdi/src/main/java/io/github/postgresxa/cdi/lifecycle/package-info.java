/** Starts and ends the core with an application. Without the container's extension, so also for Quarkus. */
@NullMarked
package io.github.postgresxa.cdi.lifecycle;

import org.jspecify.annotations.NullMarked;
