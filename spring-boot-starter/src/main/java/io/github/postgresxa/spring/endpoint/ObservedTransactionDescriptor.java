package io.github.postgresxa.spring.endpoint;

import io.github.postgresxa.operations.PreparedExplanation;
import java.util.List;
import java.util.Map;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Explains one global transaction of another manager.
 *
 * @param transaction the transaction with its branches
 * @param summary what is known, who finishes it, and what is dangerous
 * @param branches its branches with their locks and those who wait; the verdict says who finishes a branch, and how by
 *     hand
 * @param unreachable nodes that did not answer, with the reason
 */
public record ObservedTransactionDescriptor(
        ObserverDescriptor.ForeignDescriptor transaction,
        String summary,
        List<TransactionDescriptor.BranchDescriptor> branches,
        Map<String, String> unreachable)
        implements OperationResponseBody {

    static ObservedTransactionDescriptor of(PreparedExplanation found) {
        return new ObservedTransactionDescriptor(
                ObserverDescriptor.ForeignDescriptor.of(found.transaction()),
                found.summary(),
                found.branches().stream()
                        .map(TransactionDescriptor.BranchDescriptor::of)
                        .toList(),
                found.unreachable());
    }
}
