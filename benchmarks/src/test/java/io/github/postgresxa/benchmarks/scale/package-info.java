/**
 * Measures growth: many branches in doubt, decisions, nodes and instances. Writes {@code docs/performance/scale.md}.
 */
@NullMarked
package io.github.postgresxa.benchmarks.scale;

import org.jspecify.annotations.NullMarked;
