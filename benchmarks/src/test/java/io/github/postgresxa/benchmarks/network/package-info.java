/** Simulates nodes on another machine: the same bytes, but later. */
@NullMarked
package io.github.postgresxa.benchmarks.network;

import org.jspecify.annotations.NullMarked;
