/** What processes use of the processor, as Linux counts it. */
@NullMarked
package io.github.postgresxa.benchmarks.processor;

import org.jspecify.annotations.NullMarked;
