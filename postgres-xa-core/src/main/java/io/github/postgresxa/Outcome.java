package io.github.postgresxa;

/** What is known of a transaction's end. */
public enum Outcome {
    /** All that was written is committed, or will be without fail. */
    COMMITTED,
    /** Nothing that was written is kept. */
    ROLLED_BACK,
    /** All or nothing is kept; which of the two is not known to whoever asks. */
    UNKNOWN
}
