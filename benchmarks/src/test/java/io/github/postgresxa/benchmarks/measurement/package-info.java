/** Runs the slices, one contender after the other, counts costs, and audits the money. */
@NullMarked
package io.github.postgresxa.benchmarks.measurement;

import org.jspecify.annotations.NullMarked;
