/** This project, the peers and hand-written JDBC take turns on the same work. */
@NullMarked
package io.github.postgresxa.benchmarks;

import org.jspecify.annotations.NullMarked;
