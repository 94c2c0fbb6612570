package io.github.postgresxa.operations;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.log.Sanitizer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An operator's order to settle many transactions in the same way.
 *
 * @param filter which transactions
 * @param action how they are to end; a transaction that is decided the other way is refused, and the others go on
 * @param expected the state that the operator has seen; one in another state is refused. Null for any state: not with
 *     force, and what is left to its transaction manager is then refused
 * @param reason why, for the log; at least a word
 * @param requestedBy who gave the order, for the log
 * @param force as in {@link ResolveRequest}
 * @param without as in {@link ResolveRequest}
 * @param dryRun whether to say only what would happen, and why
 */
public record BulkRequest(
        BranchFilter filter,
        ResolveAction action,
        @Nullable DecisionState expected,
        String reason,
        String requestedBy,
        boolean force,
        Set<String> without,
        boolean dryRun) {

    /** Checks that a reason is given, and with force a state. */
    public BulkRequest {
        without = Set.copyOf(without);
        reason = ResolveRequest.checkedReason(reason);
        requestedBy = Sanitizer.oneLine(requestedBy);
        if (force && expected == null) {
            throw new IllegalArgumentException(
                    "an order with force needs the state that you expect: what is in another one is left alone");
        }
    }

    ResolveRequest of(TransactionSnapshot found) {
        return of(found.transaction(), expected == null ? found.state() : expected);
    }

    private ResolveRequest of(TransactionId id, DecisionState state) {
        return new ResolveRequest(id, action, state, reason, requestedBy, force, without);
    }
}
