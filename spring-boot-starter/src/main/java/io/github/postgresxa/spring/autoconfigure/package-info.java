/** Wiring: from the properties {@code postgres.xa.*} to the beans of an application. */
@NullMarked
package io.github.postgresxa.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
