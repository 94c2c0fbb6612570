/** What the starter adds to the start and the memory of a Spring Boot application. */
@NullMarked
package io.github.postgresxa.benchmarks.startup;

import org.jspecify.annotations.NullMarked;
