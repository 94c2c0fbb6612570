package io.github.postgresxa.operations;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.ParticipantMarks;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.operations.BulkResolution.Item;
import io.github.postgresxa.operations.BulkResolution.Result;
import io.github.postgresxa.operations.ForcedRecords.Forced;
import io.github.postgresxa.operations.Resolution.BranchResult;
import io.github.postgresxa.operations.SettlementRules.Evidence;
import io.github.postgresxa.operations.SettlementRules.Ruling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Judges each transaction that an order selects, by the rules for one. Changes nothing.
 *
 * @param items what would become of each
 * @param work those that the rules allow to settle
 */
record BulkPlan(Map<TransactionId, Item> items, List<Work> work) {

    /**
     * A transaction that the rules allow to settle.
     *
     * @param request the order for it alone
     * @param found what the nodes show of it
     * @param ruling what has to be done
     */
    record Work(ResolveRequest request, TransactionSnapshot found, Ruling ruling) {

        TransactionId id() {
            return found.transaction();
        }

        boolean isForced() {
            return ruling.forced();
        }

        Forced forced() {
            return Forced.of(request, found, ruling.against());
        }

        Item settled(List<BranchResult> branches) {
            boolean ended = branches.stream().allMatch(BranchResult::ended);
            return item(found, ended ? Result.SETTLED : Result.OPEN, isForced(), why(found, ruling), branches);
        }

        Item refused(String why) {
            return item(found, Result.REFUSED, isForced(), why, List.of());
        }

        Item unknown(String why) {
            return item(found, Result.UNKNOWN, isForced(), why, List.of());
        }
    }

    /**
     * Judges what an order selects.
     *
     * @param open what may still become a branch
     * @param leastAge how long a branch is left to its transaction manager
     */
    static BulkPlan of(BulkRequest request, BulkSnapshot seen, OpenWork open, Duration leastAge) {
        BulkPlan plan = new BulkPlan(new LinkedHashMap<>(), new ArrayList<>());
        for (TransactionId id : request.filter().ids()) {
            if (!seen.transactions().containsKey(id)) {
                plan.judge(request, new TransactionSnapshot(id, Map.of(), seen.unreachable()), seen, open, leastAge);
            }
        }
        seen.transactions().values().stream()
                .filter(request.filter()::selects)
                .forEach(found -> plan.judge(request, found, seen, open, leastAge));
        return plan;
    }

    /** {@return whether anything that may be settled overrides what is known} */
    boolean isForced() {
        return work.stream().anyMatch(Work::isForced);
    }

    private void judge(
            BulkRequest request, TransactionSnapshot found, BulkSnapshot seen, OpenWork open, Duration leastAge) {
        ResolveRequest one = request.of(found);
        try {
            checkExpected(request, found);
            checkRead(found, seen);
            NodeIdentity home = found.home();
            ParticipantMarks marks = home == null ? null : seen.marks().get(home);
            Evidence evidence =
                    new Evidence(marks, CompletenessRules.concern(found) ? open.of(found) : OpenWork.NONE, leastAge);
            Work allowed = new Work(one, found, SettlementRules.judge(one, found, evidence));
            work.add(allowed);
            items.put(found.transaction(), allowed.settled(List.of()));
        } catch (RefusedException refused) {
            items.put(
                    found.transaction(),
                    item(found, Result.REFUSED, false, String.valueOf(refused.getMessage()), List.of()));
        }
    }

    /**
     * Without an expected state, an order does what recovery would do. To decide in the place of a transaction manager
     * takes the same words as for a single transaction.
     */
    private static void checkExpected(BulkRequest request, TransactionSnapshot found) {
        if (request.expected() == null && CompletenessRules.concern(found)) {
            throw new RefusedException(
                    ("The transaction manager of transaction %s has not decided. An order that decides in its place has"
                                    + " to say that this is what you expect (--expect none; over HTTP \"expected\":"
                                    + " \"none\"); nothing was done.")
                            .formatted(found.transaction()));
        }
    }

    /** As {@link SettlementRules} where a node is silent: the row would not name a branch that was not read. */
    private static void checkRead(TransactionSnapshot found, BulkSnapshot seen) {
        if (seen.cut() && found.managerDecides() && found.state() == DecisionState.NONE) {
            throw new RefusedException(
                    ("A node has more branches than one order reads, and the decision of transaction %s has to name"
                                    + " every branch; nothing was done. Settle it alone, by its id.")
                            .formatted(found.transaction()));
        }
    }

    private static String why(TransactionSnapshot found, Ruling ruling) {
        String home = found.homeName();
        return switch (ruling.step()) {
                    case OBEY_COMMIT -> "decision C stands at '%s'".formatted(home);
                    case OBEY_ROLLBACK -> "decision A stands at '%s'".formatted(home);
                    case FENCE -> "no decision stands at '%s': a rollback (A) is written there first".formatted(home);
                    case RECORD ->
                        "its transaction manager has not decided: a commit (C) is written at '%s' first"
                                .formatted(home);
                    case NONE -> "forced";
                }
                + (ruling.forced() ? ". Against: " + String.join(" ", ruling.against()) : "");
    }

    private static Item item(
            TransactionSnapshot found, Result result, boolean forced, String why, List<BranchResult> branches) {
        return new Item(found.transaction(), found.state(), found.homeName(), result, forced, why, branches);
    }
}
