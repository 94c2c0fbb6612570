/** A process of one contender: executes commands and answers with figures. */
@NullMarked
package io.github.postgresxa.benchmarks.worker;

import org.jspecify.annotations.NullMarked;
