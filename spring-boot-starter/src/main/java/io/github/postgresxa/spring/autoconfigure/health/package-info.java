/** Wiring of the health component. */
@NullMarked
package io.github.postgresxa.spring.autoconfigure.health;

import org.jspecify.annotations.NullMarked;
