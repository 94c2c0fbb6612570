package io.github.postgresxa;

/** What is known about the end of a transaction. */
public enum Outcome {
    /** All that was written is committed, or certainly will be. */
    COMMITTED,
    /** Nothing that was written is kept. */
    ROLLED_BACK,
    /** Either all or nothing is kept; the caller does not know which. */
    UNKNOWN
}
