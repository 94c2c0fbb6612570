/** What is compared with what: work, clients, distance, contenders. */
@NullMarked
package io.github.postgresxa.benchmarks.scenario;

import org.jspecify.annotations.NullMarked;
