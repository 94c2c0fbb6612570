package io.github.postgresxa.recovery;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.InDoubtBranch;
import io.github.postgresxa.NodeStatistics;
import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.RecoveryReport;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.decision.ManagerLogNode;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.node.Claim;
import io.github.postgresxa.node.Dispatch;
import io.github.postgresxa.node.MonotonicClock;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Planned;
import io.github.postgresxa.node.Timer;
import io.github.postgresxa.prepared.ManagerRecovery;
import io.github.postgresxa.prepared.NodeScan;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Predicate;
import javax.transaction.xa.Xid;

/**
 * Watches all nodes and finishes what others began: any process, no leader, no lease. Each node has its own passes, so
 * one that is down or slow delays no other. Two processes may run it at the same moment: the row's unique key and the
 * server's own locks order them.
 */
public final class Recovery implements ManagerRecovery, AutoCloseable {

    private static final Duration PASS_LIMIT = Duration.ofSeconds(20);

    private final RecoverySteps steps;
    private final List<NodeMonitor> monitors;
    private final ServerMates mates;
    private final Map<NodeMonitor, Lookout> lookouts;
    private final RecoverySettings settings;
    private final Statistics statistics;
    private final PassRunner runner;
    private final Timer timer;
    private final Claim sweeping = Claim.on(ConcurrentHashMap.newKeySet(), this);
    private volatile String preferred = "";
    private volatile boolean closed;

    /**
     * Creates recovery. It does nothing before {@link #scanAll} or {@link #start}.
     *
     * @param nodes all configured nodes
     * @param schema finds a database's identity
     * @param decisions the decision log
     * @param retention how long decisions are kept
     * @param settings the pace
     * @param listener called for every branch that was finished
     * @param workers threads for passes
     * @param timer starts them
     */
    public Recovery(
            List<Node> nodes,
            DecisionSchema schema,
            DecisionLog decisions,
            DecisionSettings retention,
            RecoverySettings settings,
            XaListener listener,
            ExecutorService workers,
            Timer timer) {
        this.steps = new RecoverySteps(
                nodes, schema, decisions, retention.retention(), settings, listener, MonotonicClock.SYSTEM);
        this.monitors = steps.monitors();
        this.mates = new ServerMates(monitors, m -> !settings.enabled() || steps.isFailoverChecked(m));
        this.lookouts = Lookout.over(monitors, settings, retention.retention(), mates);
        this.settings = settings;
        this.timer = timer;
        this.statistics = new Statistics(retention.schema(), MonotonicClock.SYSTEM);
        this.runner = new PassRunner(steps, statistics, w -> lookout(w).rarity(), workers);
    }

    /**
     * Begins to scan every node once, without acting.
     *
     * @return completes, never with an error, when each node has answered or failed to
     */
    public CompletableFuture<Void> scanAll() {
        CompletableFuture<Void> scanned = new CompletableFuture<>();
        Planned limit = timer.plan(PASS_LIMIT, () -> scanned.complete(null));
        all(monitors.stream()
                        .map(w -> runner.submit(w, steps.pass(w, Duration.ZERO, new PassCounts()), false)
                                .thenRun(() -> lookout(w).rest(true)))
                        .toList())
                .thenRun(() -> {
                    limit.cancel();
                    scanned.complete(null);
                });
        return scanned;
    }

    /**
     * Begins the regular passes. They are spread over the interval: with very many nodes, passes at the same time would
     * need as many threads.
     */
    public void start() {
        Duration interval = settings.interval();
        for (int i = 0; i < monitors.size(); i++) {
            NodeMonitor monitor = monitors.get(i);
            timer.repeat(interval.multipliedBy(i + 1L).dividedBy(monitors.size()), interval, () -> tick(monitor));
        }
        if (settings.enabled()) {
            Duration sweep = steps.janitor().interval();
            timer.repeat(sweep, sweep, () -> runner.once(sweeping, this::sweep));
        }
    }

    /**
     * Remembers a commit that was reported to an application, to notice if a failover loses it.
     *
     * @param id a transaction that this process has committed
     * @param writers its home, and the branches that its decision names
     */
    public void acknowledged(TransactionId id, List<Participant> writers) {
        steps.acknowledged(id, writers);
    }

    /**
     * Begins a pass now, not at the next tick, because something was left to recovery. If that fails, the next tick
     * does it.
     */
    public void wake() {
        if (!closed) {
            lookouts.values().forEach(Lookout::attend);
            Dispatch.run(
                    timer,
                    () -> monitors.forEach(
                            w -> Dispatch.surviving(() -> tick(w)).run()),
                    () -> {});
        }
    }

    private void tick(NodeMonitor monitor) {
        // The tick of each node checks all others.
        monitors.forEach(w -> w.lastPass().isOverdue());
        Lookout lookout = lookout(monitor);
        if (!lookout.isDue()) {
            lookout.rest(false);
            return;
        }
        NodePass pass = steps.pass(monitor, patience(), new PassCounts());
        runner.submit(monitor, pass, settings.enabled(), () -> decide(monitor, lookout))
                .thenRun(() -> {
                    if (settings.enabled() && pass.again()) {
                        lookAgain(monitor, lookout);
                    } else {
                        lookout.rest(true);
                    }
                });
    }

    /** Decides after a scan when the next one is, here and in other databases of the same server. */
    private void decide(NodeMonitor monitor, Lookout lookout) {
        lookout.decide();
        mates.look(monitor, this::tick);
    }

    private Lookout lookout(NodeMonitor monitor) {
        return Objects.requireNonNull(lookouts.get(monitor));
    }

    /**
     * Schedules one more pass before the next tick, if a branch was too young to be touched: most are gone by then, and
     * the rest are orphaned.
     */
    private void lookAgain(NodeMonitor monitor, Lookout lookout) {
        NodePass pass = steps.pass(monitor, patience(), new PassCounts());
        Dispatch.later(
                timer,
                patience(),
                () -> runner.submit(monitor, pass, true).thenRun(() -> {
                    if (pass.again() && monitor.sightings().listsFor(patience())) {
                        lookout.soon();
                    } else {
                        lookout.rest(true);
                    }
                }));
    }

    private Duration patience() {
        return settings.interval().dividedBy(2);
    }

    /** {@return what one pass over all nodes, run now, did} */
    public RecoveryReport passNow() {
        return passNow(PASS_LIMIT);
    }

    /**
     * Runs one pass over all nodes now, and looks at every interval for a while: what this process has never seen
     * before may be too young for this pass.
     *
     * @param limit how long to wait for it
     * @return what it did; a node whose pass has not ended within the limit is named as a problem
     */
    public RecoveryReport passNow(Duration limit) {
        lookouts.values().forEach(Lookout::attend);
        PassCounts counts = new PassCounts();
        List<CompletableFuture<Void>> passes = monitors.stream()
                .map(w -> runner.submit(w, steps.pass(w, Duration.ZERO, counts), true))
                .toList();
        MonotonicClock.SYSTEM.await(all(passes), limit);
        for (int i = 0; i < passes.size(); i++) {
            if (!passes.get(i).isDone()) {
                counts.problem("the pass over node '%s' has not ended after %d s; it goes on"
                        .formatted(monitors.get(i).link().node().name(), limit.toSeconds()));
            }
        }
        return counts.report();
    }

    /** Sweeps one home after the other: an error at one does not affect the others. */
    private void sweep() {
        monitors.stream()
                .filter(w -> lookout(w).sweepsNow())
                .forEach(w -> Dispatch.surviving(() -> steps.janitor().sweep(w.link()))
                        .run());
        lookouts.values().forEach(lookout -> lookout.rest(true));
    }

    private static CompletableFuture<Void> all(Collection<? extends CompletableFuture<?>> passes) {
        return CompletableFuture.allOf(passes.toArray(CompletableFuture[]::new));
    }

    @Override
    public NodeScan forManager(Predicate<Xid> ours) {
        return steps.forManager(ours, this::wake);
    }

    /**
     * Tries a node first when the decisions of the embedded manager need a place.
     *
     * @param node its name; any other text changes nothing
     */
    public void preferForManagers(String node) {
        preferred = node;
    }

    @Override
    public List<ManagerLogNode> managerLogNodes() {
        return steps.managerLogNodes().stream()
                .sorted(Comparator.comparing(node -> !node.name().equals(preferred)))
                .toList();
    }

    @Override
    public boolean listsForManagers() {
        return steps.listsForManagers();
    }

    @Override
    public boolean isEnabled() {
        return settings.enabled();
    }

    @Override
    public Duration grace() {
        return settings.grace();
    }

    /**
     * Finds a node's twin.
     *
     * @param node a node
     * @param identity the identity that was found there
     * @return why it cannot be used, if another node has the same identity
     */
    public Optional<String> twin(Node node, NodeIdentity identity) {
        return steps.homes().twin(node, identity);
    }

    /** {@return what was last seen of each node} */
    public List<NodeStatus> status() {
        return monitors.stream().map(NodeMonitor::status).toList();
    }

    /** {@return names of nodes that answered at the last scan, but whose decision schema is missing or too old} */
    public List<String> withoutSchema() {
        return monitors.stream()
                .filter(NodeMonitor::lacksSchema)
                .map(w -> w.link().node().name())
                .toList();
    }

    /** {@return the last statistics of each node} */
    public List<NodeStatistics> statistics() {
        return monitors.stream().map(w -> statistics.of(w.link())).toList();
    }

    /** {@return branches in doubt, on all nodes} */
    public List<InDoubtBranch> inDoubt() {
        return monitors.stream().flatMap(w -> w.inDoubt().stream()).toList();
    }

    /**
     * Looks up what the decision log says about a transaction. A lookup never fences.
     *
     * @param id a transaction
     * @return committed or rolled back if a row exists somewhere, else unknown
     */
    public Outcome outcome(TransactionId id) {
        return steps.outcome(id);
    }

    @Override
    public void close() {
        closed = true;
        runner.close();
        monitors.forEach(w -> w.link().close());
    }
}
