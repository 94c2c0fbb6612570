package io.github.postgresxa;

/** Why a writer became the home of its transaction. */
public enum HomeReason {
    /** It was used first, and no other writer is known to make the commit clearly shorter. */
    FIRST_USED,
    /** As far as this process has measured the nodes, the commit is clearly shorter with this home. */
    SHORTEST_COMMIT,
    /** The configuration names it. */
    PINNED
}
