package io.github.postgresxa;

/** When the caller of a commit gets its answer. The outcome is the same and as durable. */
public enum Acknowledge {
    /** When every node that answers shows the changes. */
    FINISHED,
    /**
     * When the decision is durable. The other nodes show their changes a moment later: {@code COMMIT PREPARED} goes on
     * in the background, on the same sessions. It concerns transactions that leave a decision and have more to finish,
     * and in which the nodes are the only resource.
     */
    DECIDED
}
