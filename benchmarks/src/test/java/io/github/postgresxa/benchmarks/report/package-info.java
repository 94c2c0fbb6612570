/** The page, its charts, and the slices as a table for others to read. */
@NullMarked
package io.github.postgresxa.benchmarks.report;

import org.jspecify.annotations.NullMarked;
