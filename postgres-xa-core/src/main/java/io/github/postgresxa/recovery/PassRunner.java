package io.github.postgresxa.recovery;

import io.github.postgresxa.node.Claim;
import io.github.postgresxa.node.Dispatch;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.ToIntFunction;

/** Runs passes on threads that may wait for nodes. */
final class PassRunner {

    private final RecoverySteps steps;
    private final Statistics statistics;
    private final ToIntFunction<NodeMonitor> rarity;
    private final ExecutorService workers;
    private final DurabilityWarning durability = new DurabilityWarning();
    private final Set<NodeMonitor> atWork = ConcurrentHashMap.newKeySet();
    private final Set<NodeMonitor> lookingBack = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * Creates the runner.
     *
     * @param statistics numbers that are read after a pass
     * @param rarity how much more rarely than by an instance alone
     * @param workers threads for passes
     */
    PassRunner(RecoverySteps steps, Statistics statistics, ToIntFunction<NodeMonitor> rarity, ExecutorService workers) {
        this.steps = steps;
        this.statistics = statistics;
        this.rarity = rarity;
        this.workers = workers;
    }

    /** {@return ends with the pass and its turns} Nothing follows it. */
    CompletableFuture<Void> submit(NodeMonitor monitor, NodePass pass, boolean act) {
        return submit(monitor, pass, act, () -> {});
    }

    /**
     * Submits a pass. Only one pass at a time scans a node; the turns of its homes may go on when the next one scans.
     *
     * @param act whether to finish anything
     * @param then runs after the scan, on its thread
     * @return ends with the pass and its turns, or at once if another one scans the node
     */
    CompletableFuture<Void> submit(NodeMonitor monitor, NodePass pass, boolean act, Runnable then) {
        CompletableFuture<Void> none = CompletableFuture.completedFuture(null);
        CompletableFuture<CompletableFuture<Void>> turns = new CompletableFuture<>();
        return once(Claim.on(atWork, monitor), () -> scan(monitor, pass, act, turns, then))
                .thenCompose(looked -> turns.getNow(none));
    }

    private void scan(
            NodeMonitor monitor,
            NodePass pass,
            boolean act,
            CompletableFuture<CompletableFuture<Void>> turns,
            Runnable then) {
        CompletableFuture<Void> settled = pass.run(act, this::once);
        turns.complete(act ? CompletableFuture.allOf(settled, auditFinished(monitor)) : settled);
        monitor.lastPass().finished();
        durability.check(monitor.link());
        statistics.collect(monitor, rarity.applyAsInt(monitor));
        then.run();
    }

    /**
     * Checks what others have finished, and what a failover did. It queries homes, so it is a separate turn: one that
     * does not answer delays nothing else.
     */
    private CompletableFuture<Void> auditFinished(NodeMonitor monitor) {
        return once(Claim.on(lookingBack, monitor), () -> {
            Dispatch.surviving(() -> steps.checkVanished(monitor)).run();
            steps.checkFailover(monitor);
        });
    }

    /** {@return ends with the task, which runs unless another one holds the claim} Then the claim is released. */
    CompletableFuture<Void> once(Claim claim, Runnable task) {
        if (closed) {
            return CompletableFuture.completedFuture(null);
        }
        return Dispatch.once(workers, claim, () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                if (!closed) {
                    // Otherwise the error is its closed connection.
                    throw e;
                }
            }
        });
    }

    /** Begins nothing any more. */
    void close() {
        closed = true;
    }
}
