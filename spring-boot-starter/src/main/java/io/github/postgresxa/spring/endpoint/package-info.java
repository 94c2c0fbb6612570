/** The operator's view through the actuator. */
@NullMarked
package io.github.postgresxa.spring.endpoint;

import org.jspecify.annotations.NullMarked;
