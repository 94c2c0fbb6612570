/** Wiring of the meters. */
@NullMarked
package io.github.postgresxa.spring.autoconfigure.metrics;

import org.jspecify.annotations.NullMarked;
