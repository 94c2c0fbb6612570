/**
 * The protocol's own code runs against a simulated PostgreSQL over a simulated network. One seed is one schedule of
 * messages, losses and crashes, and replays it.
 */
@NullMarked
package io.github.postgresxa.simulation;

import org.jspecify.annotations.NullMarked;
