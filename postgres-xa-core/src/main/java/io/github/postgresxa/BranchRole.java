package io.github.postgresxa;

/** The part that a node plays when a transaction ends. */
public enum BranchRole {
    /** It wrote, and it keeps the decision. */
    HOME,
    /** It wrote and is prepared. */
    PARTICIPANT,
    /** It only read: nothing is prepared or flushed there. */
    READER,
    /** It is the only writer, or the only node: it commits in one phase, without a decision. */
    ONLY
}
