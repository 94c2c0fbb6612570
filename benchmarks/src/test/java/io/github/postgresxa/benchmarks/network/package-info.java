/** The way to a node that is not on this machine: later, but the same bytes. */
@NullMarked
package io.github.postgresxa.benchmarks.network;

import org.jspecify.annotations.NullMarked;
