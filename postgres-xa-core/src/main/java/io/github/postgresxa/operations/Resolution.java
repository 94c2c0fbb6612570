package io.github.postgresxa.operations;

import io.github.postgresxa.TransactionId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The result of an operator's order to settle a transaction.
 *
 * @param transaction the transaction
 * @param action how it was to end
 * @param before its state before
 * @param forced whether it contradicted what was known
 * @param branches each branch that was there
 * @param unreached nodes that were not reached, with what they or the driver reported: one of them may hold a branch,
 *     which keeps its locks
 * @param unknown what is not known of its decision, in a sentence: it may be written, or come to be. No branch was
 *     touched then. Empty if it is decided, or forced
 * @param next what is left to do, in a sentence with a command; empty if nothing is
 */
public record Resolution(
        TransactionId transaction,
        ResolveAction action,
        DecisionState before,
        boolean forced,
        List<BranchResult> branches,
        Map<String, String> unreached,
        String unknown,
        String next) {

    /** Copies the collections. */
    public Resolution {
        branches = List.copyOf(branches);
        unreached = Collections.unmodifiableMap(new LinkedHashMap<>(unreached));
    }

    /** {@return whether nothing is left to do: it is decided, every node was reached, and every branch has ended} */
    public boolean complete() {
        return unknown.isEmpty() && unreached.isEmpty() && branches.stream().allMatch(BranchResult::ended);
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
