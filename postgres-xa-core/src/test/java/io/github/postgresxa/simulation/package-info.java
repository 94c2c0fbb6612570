/**
 * The protocol's own code, run against a simulated PostgreSQL over a simulated network: one seed is one schedule of messages, losses and crashes, and
 * replays it.
 */
@NullMarked
package io.github.postgresxa.simulation;

import org.jspecify.annotations.NullMarked;
