package io.github.postgresxa.samples.bank.show;

import org.jspecify.annotations.Nullable;

/**
 * One thing that happened to one transaction, as the page is told.
 *
 * @param what {@code began}, {@code cast}, {@code begins}, {@code ended}, {@code finished}, {@code fenced} or {@code recovered}
 * @param id the transaction
 * @param by the process that runs it
 * @param node where; null if it is about the whole transaction
 * @param detail the part that the node takes, or the outcome
 * @param step the step of the commit, or null
 * @param done whether the step is known to be done
 */
record Step(
        String what,
        String id,
        String by,
        @Nullable String node,
        @Nullable String detail,
        @Nullable String step,
        boolean done) {}
