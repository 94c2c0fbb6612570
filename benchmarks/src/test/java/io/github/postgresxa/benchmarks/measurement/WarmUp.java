package io.github.postgresxa.benchmarks.measurement;

import io.github.postgresxa.benchmarks.contender.Kind;
import java.time.Duration;

/**
 * How a contender became warm.
 *
 * @param kind the contender
 * @param took how long it worked before anything was measured
 * @param fell the cost per transaction of its first window divided by that of the cheapest
 * @param warm whether its cost had stopped falling when the longest time had passed
 */
public record WarmUp(Kind kind, Duration took, double fell, boolean warm) {}
