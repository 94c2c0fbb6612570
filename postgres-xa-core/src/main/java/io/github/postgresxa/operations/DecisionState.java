package io.github.postgresxa.operations;

/** What is known of a transaction's decision. */
public enum DecisionState {
    /** The home answered, and has no decision. */
    NONE,
    /** The decision is C: every branch commits. */
    COMMIT,
    /** The decision is A: no branch commits. */
    ROLLBACK,
    /** The home does not answer, is not among the given nodes, or its decision cannot be read. */
    UNKNOWN
}
