/** Meters in a registry that outlives the application, where Micrometer is there. */
@NullMarked
package io.github.postgresxa.cdi.metrics;

import org.jspecify.annotations.NullMarked;
