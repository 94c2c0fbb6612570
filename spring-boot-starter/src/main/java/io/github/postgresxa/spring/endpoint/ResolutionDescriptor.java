package io.github.postgresxa.spring.endpoint;

import io.github.postgresxa.operations.DecisionState;
import io.github.postgresxa.operations.Resolution;
import io.github.postgresxa.operations.ResolveAction;
import java.util.List;
import java.util.Map;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Shows the result of an operator's request.
 *
 * @param transaction the transaction
 * @param action the requested end
 * @param before its decision before the request
 * @param forced whether the request went against what was known
 * @param complete whether nothing is left to do
 * @param branches each branch that existed
 * @param unreached nodes that were not reached, with the reason
 * @param unknown what is not known of its decision; empty if it is decided, or forced
 * @param next what is left to do; empty if nothing is
 * @param requestedBy who gave the order
 * @param reason why
 */
public record ResolutionDescriptor(
        String transaction,
        ResolveAction action,
        DecisionState before,
        boolean forced,
        boolean complete,
        List<Resolution.BranchResult> branches,
        Map<String, String> unreached,
        String unknown,
        String next,
        String requestedBy,
        String reason)
        implements OperationResponseBody {

    static ResolutionDescriptor of(Resolution done, SettlementOrder order) {
        return new ResolutionDescriptor(
                done.transaction().toString(),
                done.action(),
                done.before(),
                done.forced(),
                done.complete(),
                done.branches(),
                done.unreached(),
                done.unknown(),
                done.next(),
                order.requestedBy(),
                order.reason());
    }
}
