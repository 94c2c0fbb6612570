/** Wiring of traces and of the transaction id in the log. */
@NullMarked
package io.github.postgresxa.spring.autoconfigure.observation;

import org.jspecify.annotations.NullMarked;
