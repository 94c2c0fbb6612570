package io.github.postgresxa.recovery;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.decision.ManagerLogNode;
import io.github.postgresxa.node.MonotonicClock;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.prepared.NodeScan;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import javax.transaction.xa.Xid;

/** One process's recovery without its threads: the test starts each pass. */
public final class RecoveryUnderTest {

    private final RecoverySteps steps;

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
        this(nodes, decisions, Duration.ZERO, grace, clock, listener);
    }

    /**
     * Begins without a pass.
     *
     * @param nodes the nodes
     * @param decisions the decision log
     * @param retention how long decisions are kept
     * @param grace how long a branch without a row is left alone
     * @param clock the time
     * @param listener receives alarms
     */
    public RecoveryUnderTest(
            List<Node> nodes,
            DecisionLog decisions,
            Duration retention,
            Duration grace,
            MonotonicClock clock,
            XaListener listener) {
        this.steps = new RecoverySteps(
                nodes,
                new DecisionSchema(DecisionSettings.DEFAULT),
                decisions,
                retention,
                new RecoverySettings(true, Duration.ofSeconds(1), grace),
                listener,
                clock);
    }

    /** One pass over one node. */
    public void pass(int node) {
        NodeMonitor monitor = steps.monitors().get(node);
        steps.pass(monitor, Duration.ZERO, new PassCounts()).run(true, (claim, turn) -> {
            if (claim.take()) {
                try {
                    turn.run();
                } finally {
                    claim.release();
                }
            }
            return CompletableFuture.completedFuture(null);
        });
        steps.checkVanished(monitor);
        steps.checkFailover(monitor);
    }

    /** Cleans up all decisions of one home at once: nothing may depend on their age. */
    public void sweep(int node) {
        steps.janitor().sweep(steps.monitors().get(node).link());
    }

    /** {@return the resource that a transaction manager queries after a crash for its own transactions} */
    public NodeScan resource(Predicate<Xid> ours) {
        return steps.forManager(ours, () -> {});
    }

    /** {@return the nodes, as places for the decisions of transaction managers} */
    public List<ManagerLogNode> managerLogNodes() {
        return steps.managerLogNodes();
    }

    /** {@return whether a branch that waits for a transaction manager has been listed for longer than the grace} */
    public boolean listsForManagers() {
        return steps.listsForManagers();
    }

    /** {@return the answer to the question how a transaction ended} */
    public Outcome outcome(TransactionId id) {
        return steps.outcome(id);
    }
}
