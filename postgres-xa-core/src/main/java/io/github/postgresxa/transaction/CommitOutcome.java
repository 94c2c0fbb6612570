package io.github.postgresxa.transaction;

import io.github.postgresxa.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * What the application learns about its commit, and why.
 *
 * @param outcome committed, rolled back, or unknown
 * @param reason why it is not committed; null if it is
 */
record CommitOutcome(Outcome outcome, @Nullable Throwable reason) {

    static final CommitOutcome COMMITTED = new CommitOutcome(Outcome.COMMITTED, null);

    static CommitOutcome rolledBack(@Nullable Throwable reason) {
        return new CommitOutcome(Outcome.ROLLED_BACK, reason);
    }

    static CommitOutcome unknown(@Nullable Throwable reason) {
        return new CommitOutcome(Outcome.UNKNOWN, reason);
    }
}
