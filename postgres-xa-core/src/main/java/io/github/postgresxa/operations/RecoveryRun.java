package io.github.postgresxa.operations;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.RecoveryReport;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.node.MonotonicClock;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Timer;
import io.github.postgresxa.prepared.PreparedList;
import io.github.postgresxa.recovery.Recovery;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs recovery once, without an application: the same code, with the same grace for coordinators that are alive. A
 * branch without a decision is left alone until it has been seen for that long, so a run takes a few seconds where
 * there is one.
 */
final class RecoveryRun {

    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

    /** More than the servers need for as many branches as a list can name. */
    private static final Duration PASS_LIMIT = Duration.ofMinutes(10);

    private static final Duration PAUSE = Duration.ofMillis(250);

    private static final String THREAD = "postgres-xa recovery by order";

    private final List<Node> nodes;
    private final DecisionSettings settings;
    private final DecisionLog decisions;

    RecoveryRun(OperationsContext context) {
        DecisionSettings settings = context.settings();
        this.nodes = context.queries().nodes();
        this.settings = new DecisionSettings(settings.schema(), false, settings.retention(), settings.singleWriter());
        this.decisions = context.decisions();
    }

    RecoveryResult run() {
        ExecutorService workers = Executors.newCachedThreadPool(RecoveryRun::daemon);
        Timer timer = Timer.start(THREAD);
        RecoverySettings pace = RecoverySettings.DEFAULT;
        try (Recovery recovery = new Recovery(
                nodes, new DecisionSchema(settings), decisions, settings, pace, new Alarms(), workers, timer)) {
            return run(recovery, pace.grace());
        } finally {
            timer.close();
            workers.shutdown();
        }
    }

    private static RecoveryResult run(Recovery recovery, Duration grace) {
        long begun = System.nanoTime();
        // A home is found by its identity, so each node has to be asked for it before any is settled.
        recovery.scanAll().join();
        RecoveryReport last = recovery.passNow(PASS_LIMIT);
        // What the first pass saw is old enough at the last one, however long the nodes took to let us in.
        long end = System.nanoTime() + grace.plus(PAUSE).plus(PAUSE).toNanos();
        int committed = last.committed();
        int rolledBack = last.rolledBack();
        while (hasMore(recovery, last) || last.left() > 0 && System.nanoTime() - end < 0) {
            MonotonicClock.SYSTEM.pause(PAUSE);
            last = recovery.passNow(PASS_LIMIT);
            committed += last.committed();
            rolledBack += last.rolledBack();
        }
        Map<String, String> unreachable = new LinkedHashMap<>();
        recovery.status().stream()
                .filter(s -> !s.reachable())
                .forEach(s -> unreachable.put(s.name(), String.valueOf(s.problem())));
        return new RecoveryResult(
                new RecoveryReport(
                        committed,
                        rolledBack,
                        last.left(),
                        last.inDoubt(),
                        last.problems(),
                        Duration.ofNanos(System.nanoTime() - begun)),
                recovery.inDoubt(),
                unreachable);
    }

    /** A pass reads a limited list of each node. Whatever it finished makes room for more. */
    private static boolean hasMore(Recovery recovery, RecoveryReport last) {
        return last.committed() + last.rolledBack() > 0
                && recovery.status().stream().mapToInt(NodeStatus::preparedOurs).anyMatch(n -> n >= PreparedList.LIMIT);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, THREAD);
        thread.setDaemon(true);
        return thread;
    }

    /** What a person at the console has to know beside the result. */
    private static final class Alarms implements XaListener {

        @Override
        public void heuristic(TransactionId id, String node, Outcome decided, Outcome actual) {
            LOG.error(LogMessages.HEURISTIC, id, decided, node, actual);
        }

        @Override
        public void refused(String node, String reason) {
            LOG.warn(LogMessages.NODE_REFUSED, node, reason);
        }
    }
}
