package io.github.postgresxa.operations;

/** How an operator wants a transaction to end. */
public enum ResolveAction {
    /** All its branches commit. */
    COMMIT,
    /** None of its branches commits. */
    ROLLBACK
}
