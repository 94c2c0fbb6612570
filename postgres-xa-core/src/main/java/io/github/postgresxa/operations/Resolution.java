package io.github.postgresxa.operations;

import io.github.postgresxa.TransactionId;
import java.util.List;

/**
 * The result of an operator's order to settle a transaction.
 *
 * @param transaction the transaction
 * @param action how it was to end
 * @param before its state before
 * @param forced whether it contradicted what was known
 * @param branches each branch that was there
 */
public record Resolution(
        TransactionId transaction,
        ResolveAction action,
        DecisionState before,
        boolean forced,
        List<BranchResult> branches) {

    /** Copies the list. */
    public Resolution {
        branches = List.copyOf(branches);
    }

    /** {@return whether nothing is left to do} */
    public boolean complete() {
        return branches.stream().allMatch(BranchResult::ended);
    }

    /**
     * One branch.
     *
     * @param node the node that holds it
     * @param gid its name
     * @param ended whether it is not prepared any more
     * @param result what happened, in a sentence
     */
    public record BranchResult(String node, String gid, boolean ended, String result) {}
}
