package io.github.postgresxa.prepared;

/** What recovery does with one prepared branch. */
public enum Verdict {
    /** Its decision is C: COMMIT PREPARED. */
    COMMIT,
    /** Its decision is A: ROLLBACK PREPARED. */
    ROLLBACK,
    /** No decision, and young: its coordinator is probably at work. */
    LEAVE,
    /** No decision, and old enough: write A, then obey the row that exists. */
    FENCE,
    /** Nothing may be done: report it, and check again later. */
    IN_DOUBT
}
