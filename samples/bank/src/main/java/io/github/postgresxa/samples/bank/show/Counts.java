package io.github.postgresxa.samples.bank.show;

/**
 * How many transactions of this bank have ended, and how.
 *
 * @param committed on all their nodes
 * @param rolledBack on all their nodes
 * @param unknown the reply was lost; recovery knows the outcome
 * @param medianMillis how long the last commits took, from the call to the reply
 */
record Counts(long committed, long rolledBack, long unknown, double medianMillis) {}
