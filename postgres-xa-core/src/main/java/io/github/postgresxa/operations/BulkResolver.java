package io.github.postgresxa.operations;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.Fences;
import io.github.postgresxa.decision.ParticipantMarks;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.operations.BulkResolution.Item;
import io.github.postgresxa.operations.BulkResolution.Result;
import io.github.postgresxa.operations.ForcedRecords.Forced;
import io.github.postgresxa.operations.Resolution.BranchResult;
import io.github.postgresxa.operations.SettlementRules.Evidence;
import io.github.postgresxa.operations.SettlementRules.Ruling;
import io.github.postgresxa.operations.SettlementRules.Step;
import io.github.postgresxa.prepared.PreparedBranch;
import io.github.postgresxa.prepared.PreparedList;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles many transactions by the rules for one, over a few connections. Fences are written together, as recovery
 * writes them; where that fails, each transaction is fenced alone. The nodes finish their branches at the same time.
 */
final class BulkResolver {

    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

    private final NodeQueries queries;
    private final DecisionSettings settings;
    private final DecisionLog decisions;
    private final ForcedRecords records;
    private final NextSteps next;
    private final Duration leastAge;

    BulkResolver(
            NodeQueries queries,
            DecisionSettings settings,
            DecisionLog decisions,
            ForcedRecords records,
            NextSteps next,
            Duration leastAge) {
        this.leastAge = leastAge;
        this.queries = queries;
        this.settings = settings;
        this.decisions = decisions;
        this.records = records;
        this.next = next;
    }

    /** A transaction that the rules allow to settle. */
    record Work(ResolveRequest request, TransactionSnapshot found, Ruling ruling) {

        Forced forced() {
            return new Forced(request, found, ruling.against());
        }
    }

    BulkResolution resolve(BulkRequest request) {
        long begun = System.nanoTime();
        BulkSnapshot seen = BulkSnapshot.read(queries, settings, decisions);
        Map<TransactionId, Item> items = new LinkedHashMap<>();
        List<Work> work = new ArrayList<>();
        plan(request, seen, openWork(request, seen), leastAge, items, work);
        if (!request.dryRun()) {
            carryOut(request, work, items);
        }
        List<BranchResult> branches =
                items.values().stream().flatMap(i -> i.branches().stream()).toList();
        boolean forced = work.stream().anyMatch(w -> w.ruling.forced());
        BulkResolution done = new BulkResolution(
                request.action(),
                request.dryRun(),
                List.copyOf(items.values()),
                seen.unreachable(),
                seen.cut(),
                Duration.ofNanos(System.nanoTime() - begun),
                request.dryRun() ? "" : next.after(seen.unreachable(), branches, forced));
        if (!request.dryRun()) {
            LOG.warn(
                    LogMessages.SETTLED_IN_BULK,
                    request.requestedBy(),
                    request.filter(),
                    request.action(),
                    forced ? ", FORCED" : "",
                    done.summary(),
                    request.reason());
        }
        return done;
    }

    /** One look serves all: each of them was listed before. */
    private OpenWork openWork(BulkRequest request, BulkSnapshot seen) {
        return OpenWork.after(
                queries,
                seen.transactions().values().stream()
                        .filter(request.filter()::selects)
                        .filter(CompletenessRules::concern)
                        .flatMap(found -> found.withoutBranch().stream())
                        .collect(Collectors.toSet()));
    }

    static void plan(
            BulkRequest request,
            BulkSnapshot seen,
            OpenWork open,
            Duration leastAge,
            Map<TransactionId, Item> items,
            List<Work> work) {
        for (TransactionId id : request.filter().ids()) {
            if (!seen.transactions().containsKey(id)) {
                TransactionSnapshot nothing = new TransactionSnapshot(id, Map.of(), seen.unreachable());
                items.put(id, judge(request, nothing, seen, open, leastAge, work));
            }
        }
        seen.transactions().forEach((id, found) -> {
            if (request.filter().selects(found)) {
                items.put(id, judge(request, found, seen, open, leastAge, work));
            }
        });
    }

    private static Item judge(
            BulkRequest request,
            TransactionSnapshot found,
            BulkSnapshot seen,
            OpenWork open,
            Duration leastAge,
            List<Work> work) {
        ResolveRequest one = request.of(found);
        try {
            checkRead(found, seen);
            NodeIdentity home = found.home();
            ParticipantMarks marks = home == null ? null : seen.marks().get(home);
            Ruling ruling = SettlementRules.judge(
                    one,
                    found,
                    new Evidence(marks, CompletenessRules.concern(found) ? open.of(found) : OpenWork.NONE, leastAge));
            work.add(new Work(one, found, ruling));
            return item(found, Result.SETTLED, ruling.forced(), why(found, ruling), List.of());
        } catch (RefusedException refused) {
            return item(found, Result.REFUSED, false, String.valueOf(refused.getMessage()), List.of());
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

    private void carryOut(BulkRequest request, List<Work> work, Map<TransactionId, Item> items) {
        try (Wires wires = new Wires()) {
            Settler settler = new Settler(decisions, wires);
            for (int from = 0; from < work.size(); from += Fences.TOGETHER) {
                carryOut(
                        request,
                        work.subList(from, Math.min(from + Fences.TOGETHER, work.size())),
                        settler,
                        wires,
                        items);
            }
        }
    }

    private void carryOut(
            BulkRequest request, List<Work> some, Settler settler, Wires wires, Map<TransactionId, Item> items) {
        List<Work> decided = new ArrayList<>();
        Set<TransactionId> fenced = fencedTogether(some, wires);
        List<Forced> forced =
                some.stream().filter(w -> w.ruling.forced()).map(Work::forced).toList();
        String notKept = keep(wires, forced);
        for (Work each : some) {
            try {
                if (each.ruling.forced() && !notKept.isEmpty()) {
                    throw new RefusedException(notKept);
                }
                if (!fenced.contains(each.found.transaction())) {
                    settler.decide(each.request, each.found, each.ruling);
                }
                decided.add(each);
            } catch (RefusedException refused) {
                if (each.ruling.forced() && notKept.isEmpty()) {
                    records.after(wires, each.forced(), Resolver.text(refused));
                }
                items.put(
                        each.found.transaction(),
                        item(
                                each.found,
                                Result.REFUSED,
                                each.ruling.forced(),
                                String.valueOf(refused.getMessage()),
                                List.of()));
            }
        }
        Map<TransactionId, List<BranchResult>> results = finish(request, decided, settler);
        for (Work each : decided) {
            List<BranchResult> branches = results.getOrDefault(each.found.transaction(), List.of());
            if (each.ruling.forced()) {
                records.after(wires, each.forced(), Resolver.text(branches));
            }
            boolean ended = branches.stream().allMatch(BranchResult::ended);
            items.put(
                    each.found.transaction(),
                    item(
                            each.found,
                            ended ? Result.SETTLED : Result.OPEN,
                            each.ruling.forced(),
                            why(each.found, each.ruling),
                            branches));
        }
    }

    private String keep(Wires wires, List<Forced> forced) {
        try {
            if (!forced.isEmpty()) {
                records.before(wires, forced);
            }
            return "";
        } catch (RefusedException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    /** {@return those for which A exists now; the others have to be decided alone} */
    private Set<TransactionId> fencedTogether(List<Work> some, Wires wires) {
        Map<Node, List<Work>> byHome = some.stream()
                .filter(w -> w.ruling.step() == Step.FENCE && !w.ruling.forced() && !w.found.managerDecides())
                .collect(Collectors.groupingBy(w -> w.found.homeNode().orElseThrow()));
        Set<TransactionId> fenced = new HashSet<>();
        byHome.forEach((home, work) -> {
            if (work.size() > 1) {
                fenced.addAll(fencedTogether(home, work, wires));
            }
        });
        return fenced;
    }

    private Set<TransactionId> fencedTogether(Node home, List<Work> work, Wires wires) {
        Map<TransactionId, TransactionSnapshot> byId = new LinkedHashMap<>();
        work.forEach(w -> byId.put(w.found.transaction(), w.found));
        Set<NodeIdentity> asked =
                work.stream().flatMap(w -> w.found.identities().stream()).collect(Collectors.toSet());
        NodeIdentity identity = Objects.requireNonNull(work.get(0).found.home());
        try {
            return wires
                    .decisions(
                            home,
                            wire -> decisions
                                    .fences()
                                    .writeTogether(
                                            wire,
                                            byId.keySet(),
                                            identity,
                                            asked,
                                            (written, marks) -> areUndecided(byId, written, marks, wires)))
                    .entrySet()
                    .stream()
                    .filter(e -> e.getValue().kind() == Decision.Kind.ABORT)
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toSet());
        } catch (SQLException e) {
            LOG.debug("{} transactions could not be fenced together", work.size(), e);
            return Set.of();
        }
    }

    /** The proof for one fence, for all that were written: a row C is deleted only after its branches are gone. */
    private static boolean areUndecided(
            Map<TransactionId, TransactionSnapshot> byId,
            Set<TransactionId> written,
            ParticipantMarks marks,
            Wires wires)
            throws SQLException {
        Map<Node, List<Gid>> gids = new HashMap<>();
        for (TransactionId id : written) {
            TransactionSnapshot found = Objects.requireNonNull(byId.get(id));
            if (found.mayBeForgotten(marks)) {
                return false;
            }
            found.sightings()
                    .forEach((node, s) -> s.branches()
                            .forEach(b -> gids.computeIfAbsent(node, n -> new ArrayList<>())
                                    .add(b.gid())));
        }
        Set<TransactionId> listed = new HashSet<>();
        for (Map.Entry<Node, List<Gid>> each : gids.entrySet()) {
            wires.branches(each.getKey(), c -> PreparedList.listed(c, each.getValue()))
                    .forEach(gid -> listed.add(gid.transaction()));
        }
        return listed.containsAll(written);
    }

    private Map<TransactionId, List<BranchResult>> finish(BulkRequest request, List<Work> decided, Settler settler) {
        Map<Node, List<PreparedBranch>> byNode = new LinkedHashMap<>();
        decided.forEach(w -> w.found
                .sightings()
                .forEach((node, s) ->
                        byNode.computeIfAbsent(node, n -> new ArrayList<>()).addAll(s.branches())));
        Map<Node, CompletableFuture<List<BranchResult>>> running = new LinkedHashMap<>();
        byNode.forEach((node, branches) -> running.put(
                node,
                queries.run(() -> branches.stream()
                        .map(b -> settler.finish(node, b, request.action()))
                        .toList())));
        Map<TransactionId, List<BranchResult>> results = new HashMap<>();
        running.forEach((node, ended) -> collect(byNode.getOrDefault(node, List.of()), ended.join(), results));
        return results;
    }

    private static void collect(
            List<PreparedBranch> branches,
            Collection<BranchResult> ended,
            Map<TransactionId, List<BranchResult>> results) {
        int i = 0;
        for (BranchResult result : ended) {
            results.computeIfAbsent(branches.get(i++).gid().transaction(), id -> new ArrayList<>())
                    .add(result);
        }
    }
}
