/**
 * Real PostgreSQL nodes for tests and samples: started, stopped, killed, frozen and inspected.
 *
 * <p>A JUnit test asks for nodes with {@link io.github.postgresxa.test.PostgresNodes}. A program without JUnit starts
 * a node on its own directory with {@link io.github.postgresxa.test.PostgresNode#embedded}.
 */
@NullMarked
package io.github.postgresxa.test;

import org.jspecify.annotations.NullMarked;
