package io.github.postgresxa.recovery;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.node.MonotonicClock;
import io.github.postgresxa.node.Node;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** One process's recovery without its threads: the test starts each pass. */
public final class RecoveryUnderTest {

    private final List<NodeMonitor> monitors;
    private final Homes homes;
    private final DecisionLog decisions;
    private final Janitor janitor;
    private final Duration grace;
    private final XaListener listener;
    private final HeuristicDetector heuristics;
    private final FailoverCheck failovers;

    /**
     * Begins without a pass.
     *
     * @param nodes the nodes
     * @param decisions the decision log
     * @param grace how long a branch without a row is left alone
     * @param clock the time
     * @param listener receives alarms
     */
    public RecoveryUnderTest(
            List<Node> nodes, DecisionLog decisions, Duration grace, MonotonicClock clock, XaListener listener) {
        DecisionSchema schema = new DecisionSchema(DecisionSettings.DEFAULT);
        this.monitors = nodes.stream()
                .map(n -> new NodeMonitor(
                        new NodeLink(n, schema, clock), clock, new LastPass(n.name(), Duration.ofSeconds(1), clock)))
                .toList();
        this.homes = new Homes(monitors);
        this.decisions = decisions;
        this.janitor = new Janitor(homes, decisions, Duration.ZERO, listener, clock);
        this.grace = grace;
        this.listener = listener;
        this.heuristics = new HeuristicDetector(homes, decisions, grace, listener, clock);
        this.failovers = new FailoverCheck(homes, decisions, new Acknowledged(), Duration.ZERO, listener);
    }

    /** One pass over one node. */
    public void pass(int node) {
        NodeMonitor monitor = monitors.get(node);
        new NodePass(monitor, homes, decisions, grace, Duration.ZERO, listener, new PassCounts())
                .run(true, (claim, turn) -> {
                    if (claim.take()) {
                        try {
                            turn.run();
                        } finally {
                            claim.release();
                        }
                    }
                    return CompletableFuture.completedFuture(null);
                });
        monitor.sightings()
                .putBack(heuristics.check(monitor.link(), monitor.sightings().takeVanished()));
        failovers.check(monitor.link());
    }

    /** Cleans up all decisions of one home at once: nothing may depend on their age. */
    public void sweep(int node) {
        janitor.sweep(monitors.get(node).link());
    }

    /** {@return the resource that a transaction manager queries after a crash for its own transactions} */
    public XAResource resource(Predicate<Xid> ours) {
        return new SubordinateRecovery(monitors, homes, decisions, ours, () -> {});
    }

    /** {@return the answer to the question how a transaction ended} */
    public Outcome outcome(TransactionId id) {
        return new OutcomeLookup(homes, decisions).outcome(id);
    }
}
