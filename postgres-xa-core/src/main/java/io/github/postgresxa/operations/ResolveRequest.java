package io.github.postgresxa.operations;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.log.Sanitizer;

/**
 * An operator's order to settle one transaction.
 *
 * @param transaction the transaction
 * @param action how it is to end
 * @param expected the state that the operator has seen; if it is another one by now, nothing is done
 * @param reason why, for the log; at least a word
 * @param requestedBy who gave the order, for the log
 * @param force do it against a decision, or without one: the nodes may then disagree for ever
 */
public record ResolveRequest(
        TransactionId transaction,
        ResolveAction action,
        DecisionState expected,
        String reason,
        String requestedBy,
        boolean force) {

    /** Checks that a reason is given. */
    public ResolveRequest {
        reason = Sanitizer.oneLine(reason);
        requestedBy = Sanitizer.oneLine(requestedBy);
        if (reason.isEmpty()) {
            throw new IllegalArgumentException(
                    "a reason is needed: it is all that a later reader of the log will have");
        }
    }
}
