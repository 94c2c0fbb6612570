package io.github.postgresxa.samples.bank.show;

import org.jspecify.annotations.Nullable;

/**
 * One step of one transaction, as the page receives it.
 *
 * @param what {@code began}, {@code cast}, {@code begins}, {@code ended}, {@code finished}, {@code fenced} or {@code
 *     recovered}
 * @param id the transaction
 * @param by the process that runs it
 * @param node its node; null if it concerns the whole transaction
 * @param detail the role of the node, or the outcome
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
