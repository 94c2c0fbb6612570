package io.github.postgresxa;

import java.util.EnumSet;
import java.util.Set;

/**
 * The phase of a transaction on the way to its end. The coordinator of {@code CommitProtocol.tla} has the same states:
 * ACTIVE is its {@code work}, UNKNOWN its {@code asking}; COMMITTED, ABORTED and UNDECIDED are variants of its
 * {@code over}.
 */
public enum TransactionPhase {
    /** The application works; branches may join. */
    ACTIVE,
    /** Sealed: the branches vote, and all but the home are prepared. */
    PREPARING,
    /**
     * Subordinate: the writing branches are prepared and the manager decides. If not all of them are, and the home
     * cannot be asked for an operator's order, the manager can only roll back.
     */
    PREPARED,
    /**
     * The decision, or the plain COMMIT of a single writer, is on its way; from here on only the home knows the
     * outcome.
     */
    DECIDING,
    /** The reply was lost; the home is queried through the fence. */
    UNKNOWN,
    /** Decided and reported as committed, while the other branches commit in the background. */
    ACKNOWLEDGED,
    /** Decided: every branch commits. */
    COMMITTED,
    /** Decided, or aborted before a decision was sent: no branch commits. */
    ABORTED,
    /** The application received "outcome unknown"; recovery goes on. */
    UNDECIDED;

    private Set<TransactionPhase> successors() {
        return switch (this) {
            case ACTIVE -> EnumSet.of(PREPARING, ABORTED);
            case PREPARING -> EnumSet.of(PREPARED, DECIDING, COMMITTED, ABORTED);
            case PREPARED -> EnumSet.of(DECIDING, ABORTED, UNDECIDED);
            case DECIDING -> EnumSet.of(ACKNOWLEDGED, COMMITTED, ABORTED, UNKNOWN);
            case UNKNOWN -> EnumSet.of(ACKNOWLEDGED, COMMITTED, ABORTED, UNDECIDED);
            case ACKNOWLEDGED -> EnumSet.of(COMMITTED);
            case COMMITTED, ABORTED, UNDECIDED -> EnumSet.noneOf(TransactionPhase.class);
        };
    }

    /**
     * Checks a change of phase.
     *
     * @param next the new phase
     * @return the new phase
     * @throws IllegalStateException if a transaction cannot go from this phase to that one
     */
    public TransactionPhase moveTo(TransactionPhase next) {
        if (!successors().contains(next)) {
            throw new IllegalStateException("a transaction cannot go from %s to %s".formatted(this, next));
        }
        return next;
    }

    /** {@return whether the transaction is known to be committed, on all nodes now or a moment later} */
    public boolean isCommitted() {
        return this == ACKNOWLEDGED || this == COMMITTED;
    }

    /** {@return whether the transaction has ended as far as this process is concerned} */
    public boolean isOver() {
        return successors().isEmpty();
    }
}
