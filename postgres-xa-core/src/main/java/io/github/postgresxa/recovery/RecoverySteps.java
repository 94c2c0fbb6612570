package io.github.postgresxa.recovery;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.decision.ManagerLogNode;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.node.MonotonicClock;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.prepared.NodeScan;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import javax.transaction.xa.Xid;

/**
 * The steps of recovery over a set of nodes: what each step works on, not when it runs or on which thread. {@link
 * Recovery} runs them on its timer; the simulation runs the same ones in an order of its own.
 */
final class RecoverySteps {

    private final List<NodeMonitor> monitors;
    private final Homes homes;
    private final DecisionLog decisions;
    private final Duration grace;
    private final XaListener listener;
    private final Acknowledged acknowledged = new Acknowledged();
    private final OutcomeLookup outcomes;
    private final HeuristicDetector heuristics;
    private final FailoverCheck failovers;
    private final Janitor janitor;

    /**
     * Creates the steps. They do nothing yet.
     *
     * @param nodes all configured nodes
     * @param schema finds a database's identity
     * @param decisions the decision log
     * @param retention how long decisions are kept
     * @param settings the pace
     * @param listener called for every branch that was finished, and for alarms
     * @param clock the time
     */
    RecoverySteps(
            List<Node> nodes,
            DecisionSchema schema,
            DecisionLog decisions,
            Duration retention,
            RecoverySettings settings,
            XaListener listener,
            MonotonicClock clock) {
        this.monitors = nodes.stream()
                .map(n -> new NodeMonitor(
                        new NodeLink(n, schema, clock), clock, new LastPass(n.name(), settings.interval(), clock)))
                .toList();
        this.homes = new Homes(monitors);
        this.decisions = decisions;
        this.grace = settings.grace();
        this.listener = listener;
        this.outcomes = new OutcomeLookup(homes, decisions);
        HeuristicAlarm alarm = new HeuristicAlarm(decisions, listener);
        this.heuristics = new HeuristicDetector(homes, decisions, grace, alarm, clock);
        this.failovers = new FailoverCheck(homes, decisions, acknowledged, retention, alarm, listener);
        this.janitor = new Janitor(homes, decisions, retention, alarm, clock);
    }

    /** {@return what is seen of each node, in the order of the nodes} */
    List<NodeMonitor> monitors() {
        return monitors;
    }

    /** {@return the nodes by their identities} */
    Homes homes() {
        return homes;
    }

    /** {@return the janitor of the decisions at each home} */
    Janitor janitor() {
        return janitor;
    }

    /**
     * Creates a pass over one node.
     *
     * @param patience how long a branch with a row is left to its coordinator
     * @param counts receives what it does
     */
    NodePass pass(NodeMonitor monitor, Duration patience, PassCounts counts) {
        return new NodePass(monitor, homes, decisions, grace, patience, listener, counts);
    }

    /** Checks the branches of a node that another party has finished. Those that need another check are kept. */
    void checkVanished(NodeMonitor monitor) {
        List<VanishedBranch> vanished = monitor.sightings().takeVanished();
        List<VanishedBranch> open = vanished;
        try {
            open = heuristics.check(monitor.link(), vanished);
        } finally {
            monitor.sightings().putBack(open);
        }
    }

    /** Checks what a failover of a node did, once for each incarnation. */
    void checkFailover(NodeMonitor monitor) {
        failovers.check(monitor.link());
    }

    /** {@return whether nothing is left to check of the node's present incarnation} */
    boolean isFailoverChecked(NodeMonitor monitor) {
        return failovers.isDone(monitor.link());
    }

    /** Remembers a commit that was reported to an application: its home first, then the branches of its decision. */
    void acknowledged(TransactionId id, List<Participant> writers) {
        acknowledged.add(id, writers.get(0), writers.subList(1, writers.size()));
    }

    /** {@return how a transaction ended, as far as a decision shows it} */
    Outcome outcome(TransactionId id) {
        return outcomes.outcome(id);
    }

    /**
     * Creates the resource with which a transaction manager recovers.
     *
     * @param ours which identifiers are that manager's, as a whole
     * @param wake called when a branch is left to a pass
     */
    NodeScan forManager(Predicate<Xid> ours, Runnable wake) {
        return new SubordinateRecovery(monitors, homes, decisions, ours, wake);
    }

    /** {@return the nodes, as places for the decisions of transaction managers} */
    List<ManagerLogNode> managerLogNodes() {
        return monitors.stream()
                .map(m -> (ManagerLogNode) new LinkedLogNode(m.link(), decisions.managers()))
                .toList();
    }

    /** {@return whether a branch that waits for a transaction manager has been listed for longer than the grace} */
    boolean listsForManagers() {
        return monitors.stream().anyMatch(m -> m.sightings().listsForManagers(grace));
    }
}
