package io.github.postgresxa;

/** What a node is asked to do when a transaction ends. Each step is one round trip. */
public enum CommitStep {
    /** PREPARE TRANSACTION: the branch is durable and waits for the decision. */
    PREPARE,
    /** The decision is written at the home and commits together with the home's own work. */
    DECIDE,
    /** COMMIT PREPARED: a decided branch becomes visible. */
    FINISH,
    /** A plain COMMIT: of the only writer, of the only branch, or of a branch that only read. */
    COMMIT,
    /** ROLLBACK, or ROLLBACK PREPARED of a branch that is prepared. */
    ROLLBACK
}
