/** Wiring of the actuator endpoint, and of the mask for our credentials in other endpoints. */
@NullMarked
package io.github.postgresxa.spring.autoconfigure.endpoint;

import org.jspecify.annotations.NullMarked;
