/** The properties {@code postgres.xa.*} as MicroProfile Config has them, read by the core's rules. */
@NullMarked
package io.github.postgresxa.cdi.config;

import org.jspecify.annotations.NullMarked;
