/** The stacks and how each does the work. */
@NullMarked
package io.github.postgresxa.benchmarks.contender;

import org.jspecify.annotations.NullMarked;
