/** How each stack does the work. */
@NullMarked
package io.github.postgresxa.benchmarks.contender;

import org.jspecify.annotations.NullMarked;
