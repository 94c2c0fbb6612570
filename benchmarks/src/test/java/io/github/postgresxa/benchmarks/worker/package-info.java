/** A process of one contender: does what it is told and answers with figures. */
@NullMarked
package io.github.postgresxa.benchmarks.worker;

import org.jspecify.annotations.NullMarked;
