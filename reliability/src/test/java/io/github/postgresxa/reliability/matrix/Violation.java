package io.github.postgresxa.reliability.matrix;

/** A way in which the promise can be broken. */
enum Violation {
    /** The caller was told "ok", and nothing, or not all, is there. */
    LOST,
    /** Some legs are there, others are not; or the decision says otherwise. */
    PARTIAL,
    /** The caller was told "rolled back", and it is there. */
    FALSE_ROLLBACK,
    /** The status says something else than the ledger. */
    WRONG_STATUS,
    /** Money was made or has vanished. */
    WRONG_SUM,
    /** Something of ours stays prepared, or a lock of it stays. */
    LEFT_OVER,
    /** A decision that everybody has carried out is not deleted after the retention. */
    NOT_FORGOTTEN,
    /** No answer, one that no caller may see, or one that a run without harm may not give. */
    BAD_ANSWER,
    /** A session was handed out with a transaction in it, or gave the answer to another question. */
    OUT_OF_STEP,
    /** Afterwards, a plain transfer does not succeed. */
    UNHEALTHY
}
