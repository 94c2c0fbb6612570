/** The work of one transaction, the same for every contender. */
@NullMarked
package io.github.postgresxa.benchmarks.work;

import org.jspecify.annotations.NullMarked;
