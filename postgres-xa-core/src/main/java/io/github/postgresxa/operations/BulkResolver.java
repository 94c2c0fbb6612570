package io.github.postgresxa.operations;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.Fences;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.operations.BulkPlan.Work;
import io.github.postgresxa.operations.BulkResolution.Item;
import io.github.postgresxa.operations.BulkResolution.Result;
import io.github.postgresxa.operations.ForcedRecords.Forced;
import io.github.postgresxa.operations.Resolution.BranchResult;
import io.github.postgresxa.prepared.PreparedBranch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles many transactions by the rules for one, over a few connections. The nodes finish their branches at the same
 * time. Whatever fails on the way, the operator gets the report of what was done and what was not.
 */
final class BulkResolver {

    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

    private final OperationsContext context;

    BulkResolver(OperationsContext context) {
        this.context = context;
    }

    BulkResolution resolve(BulkRequest request) {
        String on = request.filter().node();
        if (on != null) {
            context.queries().named(on); // A name with a spelling mistake would look as if nothing were prepared.
        }
        long begun = System.nanoTime();
        BulkSnapshot seen = BulkSnapshot.read(context);
        BulkPlan plan = BulkPlan.of(request, seen, openWork(request, seen), context.leastAge());
        Map<String, String> unreached = new LinkedHashMap<>(seen.unreachable());
        if (!request.dryRun()) {
            try (Wires wires = new Wires()) {
                new Execution(request, plan, wires).run();
                unreached.putAll(wires.lost());
            }
        }
        List<Item> items = List.copyOf(plan.items().values());
        BulkResolution done = new BulkResolution(
                request.action(),
                request.dryRun(),
                items,
                unreached,
                seen.cut(),
                Duration.ofNanos(System.nanoTime() - begun),
                next(request, plan, unreached));
        if (!request.dryRun()) {
            LOG.warn(
                    LogMessages.SETTLED_IN_BULK,
                    request.requestedBy(),
                    request.filter(),
                    request.action(),
                    plan.isForced() ? ", FORCED" : "",
                    done.summary(),
                    request.reason());
        }
        return done;
    }

    private String next(BulkRequest request, BulkPlan plan, Map<String, String> unreached) {
        if (request.dryRun()) {
            return "";
        }
        Collection<Item> items = plan.items().values();
        if (items.stream().anyMatch(i -> i.result() == Result.UNKNOWN)) {
            return context.next().afterUnknown(unreached, null);
        }
        return context.next()
                .after(
                        unreached,
                        items.stream().flatMap(i -> i.branches().stream()).toList(),
                        plan.isForced());
    }

    /** One look serves all: each of them was listed before. */
    private OpenWork openWork(BulkRequest request, BulkSnapshot seen) {
        return OpenWork.after(
                context.queries(),
                seen.transactions().values().stream()
                        .filter(request.filter()::selects)
                        .filter(CompletenessRules::concern)
                        .flatMap(found -> found.withoutBranch().stream())
                        .collect(Collectors.toSet()));
    }

    /** One order that is carried out. It replaces each item of the plan by what became of it. */
    private final class Execution {

        private final BulkRequest request;
        private final BulkPlan plan;
        private final Wires wires;
        private final Settler settler;
        private final BranchEnds ends;
        private final GroupFence fence;

        Execution(BulkRequest request, BulkPlan plan, Wires wires) {
            this.request = request;
            this.plan = plan;
            this.wires = wires;
            this.settler = new Settler(context.decisions(), wires);
            this.ends = new BranchEnds(settler, wires);
            this.fence = new GroupFence(context.decisions(), wires);
        }

        void run() {
            List<Work> work = plan.work();
            for (int from = 0; from < work.size(); from += Fences.TOGETHER) {
                List<Work> some = work.subList(from, Math.min(from + Fences.TOGETHER, work.size()));
                some.forEach(each -> put(each.unknown("")));
                try {
                    settle(some.stream().filter(this::canBeReached).toList());
                } catch (Throwable e) {
                    String why = Resolver.notKnown(e);
                    for (Work each : some) {
                        Item item = plan.items().get(each.id());
                        if (item == null || item.why().isEmpty()) {
                            put(each.unknown(why));
                        }
                    }
                }
            }
        }

        private void put(Item item) {
            plan.items().put(item.transaction(), item);
        }

        /** Where no branch can be ended any more, nothing is decided: recovery does that when the node is back. */
        private boolean canBeReached(Work each) {
            List<Node> holders = each.found().holders();
            boolean lost = !holders.isEmpty() && holders.stream().allMatch(wires::isLost);
            if (lost) {
                put(each.refused("nothing was done with it: its branches are on %s, not reached any more"
                        .formatted(holders.stream().map(Node::name).collect(Collectors.joining(", ")))));
            }
            return !lost;
        }

        private void settle(List<Work> some) {
            GroupFence.Written fenced = fence.write(some);
            String notKept =
                    keep(some.stream().filter(Work::isForced).map(Work::forced).toList());
            List<Work> decided = new ArrayList<>();
            for (Work each : some) {
                if (each.isForced() && !notKept.isEmpty()) {
                    put(each.refused(notKept));
                } else if (fenced.written().contains(each.id())
                        || decide(each, fenced.unknown().get(each.id()))) {
                    decided.add(each);
                }
            }
            Map<TransactionId, List<BranchResult>> results = finish(decided);
            for (Work each : decided) {
                List<BranchResult> branches = results.getOrDefault(each.id(), List.of());
                put(each.settled(branches));
                after(each, BranchEnds.text(branches));
            }
        }

        /**
         * Decides it alone.
         *
         * @param before why it is not known whether it is decided already; null if it is not
         * @return whether it is decided now
         */
        private boolean decide(Work each, @Nullable Throwable before) {
            try {
                settler.decide(each.request(), each.found(), each.ruling());
                return true;
            } catch (RefusedException refused) {
                if (before != null) {
                    unknown(each, Settler.unknown(each.request(), each.found(), before));
                } else {
                    put(each.refused(String.valueOf(refused.getMessage())));
                    after(each, Resolver.text(refused));
                }
            } catch (Throwable e) {
                unknown(each, e);
            }
            return false;
        }

        private void unknown(Work each, Throwable problem) {
            String why = Resolver.notKnown(problem);
            put(each.unknown(why));
            after(each, why);
        }

        private String keep(List<Forced> forced) {
            try {
                if (!forced.isEmpty()) {
                    context.records().before(wires, forced);
                }
                return "";
            } catch (RefusedException refused) {
                return String.valueOf(refused.getMessage());
            }
        }

        private void after(Work each, String result) {
            if (each.isForced()) {
                context.records().after(wires, each.forced(), result);
            }
        }

        private Map<TransactionId, List<BranchResult>> finish(List<Work> decided) {
            Map<Node, List<PreparedBranch>> byNode = new LinkedHashMap<>();
            decided.forEach(w -> w.found()
                    .sightings()
                    .forEach((node, s) ->
                            byNode.computeIfAbsent(node, n -> new ArrayList<>()).addAll(s.branches())));
            Map<Node, CompletableFuture<List<BranchResult>>> running = new LinkedHashMap<>();
            byNode.forEach((node, branches) ->
                    running.put(node, context.queries().run(() -> ends.of(request.action(), node, branches))));
            Map<TransactionId, List<BranchResult>> results = new HashMap<>();
            running.forEach((node, ended) -> {
                List<PreparedBranch> branches = byNode.getOrDefault(node, List.of());
                List<BranchResult> all = ended.join();
                for (int i = 0; i < branches.size(); i++) {
                    results.computeIfAbsent(branches.get(i).gid().transaction(), id -> new ArrayList<>())
                            .add(all.get(i));
                }
            });
            return results;
        }
    }
}
