/**
 * Real PostgreSQL nodes for tests and samples: started, stopped, killed, frozen and looked into.
 *
 * <p>A JUnit test asks for nodes with {@link io.github.postgresxa.test.PostgresNodes}. A program without JUnit starts a
 * node on a directory of its own with {@link io.github.postgresxa.test.PostgresNode#embedded}.
 */
@NullMarked
package io.github.postgresxa.test;

import org.jspecify.annotations.NullMarked;
