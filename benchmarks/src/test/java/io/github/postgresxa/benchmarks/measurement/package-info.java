/** Slices, one contender after the other; what was counted; whether the money is right. */
@NullMarked
package io.github.postgresxa.benchmarks.measurement;

import org.jspecify.annotations.NullMarked;
