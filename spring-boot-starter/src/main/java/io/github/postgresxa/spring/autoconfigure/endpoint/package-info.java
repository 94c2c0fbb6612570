/** When the actuator endpoint is there, and what other endpoints may show of our properties. */
@NullMarked
package io.github.postgresxa.spring.autoconfigure.endpoint;

import org.jspecify.annotations.NullMarked;
