package io.github.postgresxa.operations;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.operations.Resolution.BranchResult;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of an order to settle many transactions, or what it would do.
 *
 * @param action how they were to end
 * @param dryRun whether nothing was done
 * @param transactions each transaction that was selected, oldest first
 * @param unreached nodes that were not reached, or stopped to answer during the order, with what they or the driver
 *     reported: they may hold branches, which keep their locks
 * @param more whether a node has more branches than one order reads: give the same order again
 * @param took how long it took
 * @param next what is left to do, in a sentence with a command; empty if nothing is
 */
public record BulkResolution(
        ResolveAction action,
        boolean dryRun,
        List<Item> transactions,
        Map<String, String> unreached,
        boolean more,
        Duration took,
        String next) {

    /** Copies the collections. */
    public BulkResolution {
        transactions = List.copyOf(transactions);
        unreached = Collections.unmodifiableMap(new LinkedHashMap<>(unreached));
    }

    /** What became of one transaction. */
    public enum Result {
        /** All its branches on the nodes that answered have ended, or would. */
        SETTLED,
        /** It is decided, or forced, and a branch has not ended. */
        OPEN,
        /** It is not known whether its decision is written, or how far it came. */
        UNKNOWN,
        /** Nothing was done with it: the order does not fit, or what it needs was not reached any more. */
        REFUSED
    }

    /**
     * One transaction.
     *
     * @param transaction the transaction
     * @param before its decision before
     * @param home the node that keeps the decision, or the home's identity; null if it is not known
     * @param result what became of it
     * @param forced whether the order overrides what is known
     * @param why the reason, in a sentence
     * @param branches what happened to each branch; empty in a dry run and if it was refused
     */
    public record Item(
            TransactionId transaction,
            DecisionState before,
            @Nullable String home,
            Result result,
            boolean forced,
            String why,
            List<BranchResult> branches) {

        /** Copies the list. */
        public Item {
            branches = List.copyOf(branches);
        }
    }

    /**
     * Counts transactions.
     *
     * @param result a result
     * @return how many have it
     */
    public long count(Result result) {
        return transactions.stream().filter(t -> t.result() == result).count();
    }

    /** {@return whether nothing is left to do: all were settled, and every node was reached} */
    public boolean complete() {
        return unreached.isEmpty() && !more && count(Result.SETTLED) == transactions.size();
    }

    /** {@return the numbers, in a sentence} */
    public String summary() {
        long unknown = count(Result.UNKNOWN);
        return "%d transactions: %d %s, %d open, %s%d refused; %d ms"
                .formatted(
                        transactions.size(),
                        count(Result.SETTLED),
                        (dryRun ? "would be " : "") + (action == ResolveAction.COMMIT ? "committed" : "rolled back"),
                        count(Result.OPEN),
                        unknown == 0 ? "" : unknown + " unknown, ",
                        count(Result.REFUSED),
                        took.toMillis());
    }
}
