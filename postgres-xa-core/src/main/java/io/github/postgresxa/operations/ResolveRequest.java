package io.github.postgresxa.operations;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.log.Sanitizer;
import java.util.Set;

/**
 * An operator's order to settle one transaction.
 *
 * @param transaction the transaction
 * @param action how it is to end
 * @param expected the state that the operator has seen; if it is another one by now, nothing is done
 * @param reason why, for the log; at least a word
 * @param requestedBy who gave the order, for the log
 * @param force do it against a decision, or without one: the nodes may then disagree for ever
 * @param without what is known to be gone for good: names of nodes that do not answer, and the identity of a home that
 *     none of the nodes has. Force is refused as long as anything is missing that is not named here
 */
public record ResolveRequest(
        TransactionId transaction,
        ResolveAction action,
        DecisionState expected,
        String reason,
        String requestedBy,
        boolean force,
        Set<String> without) {

    /**
     * Creates an order that takes nothing for gone.
     *
     * @param transaction the transaction
     * @param action how it is to end
     * @param expected the state that the operator has seen
     * @param reason why, for the log; at least a word
     * @param requestedBy who gave the order, for the log
     * @param force do it against a decision, or without one
     */
    public ResolveRequest(
            TransactionId transaction,
            ResolveAction action,
            DecisionState expected,
            String reason,
            String requestedBy,
            boolean force) {
        this(transaction, action, expected, reason, requestedBy, force, Set.of());
    }

    /**
     * Returns this order for an operator who knows that something is gone for good.
     *
     * @param gone names of nodes, and the identity of a home
     * @return the changed copy
     */
    public ResolveRequest without(Set<String> gone) {
        return new ResolveRequest(transaction, action, expected, reason, requestedBy, force, gone);
    }

    /** Checks that a reason is given. */
    public ResolveRequest {
        reason = checkedReason(reason);
        requestedBy = Sanitizer.oneLine(requestedBy);
        without = Set.copyOf(without);
    }

    static String checkedReason(String given) {
        String reason = Sanitizer.oneLine(given);
        if (reason.isEmpty()) {
            throw new IllegalArgumentException(
                    "a reason is needed: it is all that a later reader of the log will have");
        }
        return reason;
    }
}
