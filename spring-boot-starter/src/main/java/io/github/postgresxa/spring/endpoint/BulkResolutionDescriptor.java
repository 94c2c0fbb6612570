package io.github.postgresxa.spring.endpoint;

import io.github.postgresxa.operations.BulkResolution;
import io.github.postgresxa.operations.DecisionState;
import io.github.postgresxa.operations.Resolution;
import io.github.postgresxa.operations.ResolveAction;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Shows the result of an operator's request for many transactions, or what it would do. The fields are those of the
 * console.
 *
 * @param action the requested end
 * @param dryRun whether nothing was done
 * @param complete whether nothing is left to do
 * @param summary the numbers, in a sentence
 * @param transactions each transaction that was selected, oldest first
 * @param unreached nodes that were not reached, with the reason
 * @param more whether a node has more branches than one order reads
 * @param next what is left to do; empty if nothing is
 * @param requestedBy who gave the order
 * @param reason why
 */
public record BulkResolutionDescriptor(
        ResolveAction action,
        boolean dryRun,
        boolean complete,
        String summary,
        List<ItemDescriptor> transactions,
        Map<String, String> unreached,
        boolean more,
        String next,
        String requestedBy,
        String reason)
        implements OperationResponseBody {

    static BulkResolutionDescriptor of(BulkResolution done, SettlementOrder order) {
        return new BulkResolutionDescriptor(
                done.action(),
                done.dryRun(),
                done.complete(),
                done.summary(),
                done.transactions().stream().map(ItemDescriptor::of).toList(),
                done.unreached(),
                done.more(),
                done.next(),
                order.requestedBy(),
                order.reason());
    }

    /**
     * Shows one transaction.
     *
     * @param transaction its id
     * @param before its decision before the request
     * @param home the node that keeps the decision, or the home's identity; null if it is not known
     * @param result what became of it
     * @param forced whether the request went against what was known
     * @param why the reason, in a sentence
     * @param branches what happened to each branch
     */
    public record ItemDescriptor(
            String transaction,
            DecisionState before,
            @Nullable String home,
            BulkResolution.Result result,
            boolean forced,
            String why,
            List<Resolution.BranchResult> branches) {

        static ItemDescriptor of(BulkResolution.Item item) {
            return new ItemDescriptor(
                    item.transaction().toString(),
                    item.before(),
                    item.home(),
                    item.result(),
                    item.forced(),
                    item.why(),
                    item.branches());
        }
    }
}
