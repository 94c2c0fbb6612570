package io.github.postgresxa.operations;

/** What is known of a transaction's decision. */
public enum DecisionState {
    /** The home answered, and no decision stands there. */
    NONE,
    /** C stands: every branch commits. */
    COMMIT,
    /** A stands: no branch commits. */
    ROLLBACK,
    /** The home does not answer, is none of the nodes that were given, or its decision cannot be read. */
    UNKNOWN
}
