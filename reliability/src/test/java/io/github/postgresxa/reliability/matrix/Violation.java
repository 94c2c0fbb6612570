package io.github.postgresxa.reliability.matrix;

/** A way in which the promise can be broken. */
enum Violation {
    /** The caller got "ok", and nothing, or not all, is there. */
    LOST,
    /** Some legs are there, others are not; or the decision contradicts them. */
    PARTIAL,
    /** The caller got "rolled back", and it is there. */
    FALSE_ROLLBACK,
    /** The status contradicts the ledger. */
    WRONG_STATUS,
    /** Money was made or has vanished. */
    WRONG_SUM,
    /** A branch of ours stays prepared, or one of its locks stays. */
    LEFT_OVER,
    /** A decision that all participants have carried out is not deleted after the retention. */
    NOT_FORGOTTEN,
    /** No reply, one that no caller may see, or one that a run without faults may not give. */
    BAD_ANSWER,
    /** A session was handed out in a transaction, or returned the answer to another query. */
    OUT_OF_STEP,
    /** Afterwards, a plain transfer does not succeed. */
    UNHEALTHY
}
