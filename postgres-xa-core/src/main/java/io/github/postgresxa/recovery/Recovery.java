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
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.node.Claim;
import io.github.postgresxa.node.Dispatch;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Pace;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * Watches all nodes and finishes what others began: any process, no leader, no lease. Each node has its own passes, so one that is down or
 * slow delays no other. Two processes may run it at the same moment: the row's unique key and the server's own locks order them.
 */
public final class Recovery implements AutoCloseable {

    private static final Duration PASS_LIMIT = Duration.ofSeconds(20);

    private final List<NodeWatch> watches;
    private final Homes homes;
    private final DecisionLog decisions;
    private final RecoverySettings settings;
    private final Janitor janitor;
    private final StatusQuestion status;
    private final Contradictions contradictions;
    private final Acknowledged acknowledged = new Acknowledged();
    private final FailoverCheck failovers;
    private final DurabilityWarning durability = new DurabilityWarning();
    private final Statistics statistics;
    private final XaListener listener;
    private final ExecutorService workers;
    private final ScheduledExecutorService timer;
    private final Set<NodeWatch> atWork = ConcurrentHashMap.newKeySet();
    private final Set<NodeWatch> lookingBack = ConcurrentHashMap.newKeySet();
    private final Claim sweeping = Claim.on(ConcurrentHashMap.newKeySet(), this);
    private volatile boolean closed;

    /**
     * @param nodes all configured nodes
     * @param schema tells a database's identity
     * @param decisions the decision log
     * @param retention how long decisions are kept
     * @param settings the pace
     * @param listener is told of every branch that was finished
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
            ScheduledExecutorService timer) {
        this.watches = nodes.stream()
                .map(n -> new NodeWatch(
                        new NodeLink(n, schema, Pace.SYSTEM),
                        Pace.SYSTEM,
                        new LastPass(n.name(), settings.interval(), Pace.SYSTEM)))
                .toList();
        this.homes = new Homes(watches);
        this.status = new StatusQuestion(homes, decisions);
        this.decisions = decisions;
        this.settings = settings;
        this.listener = listener;
        this.workers = workers;
        this.timer = timer;
        this.janitor = new Janitor(homes, decisions, retention.retention(), listener, Pace.SYSTEM);
        this.contradictions = new Contradictions(homes, decisions, settings.grace(), listener, Pace.SYSTEM);
        this.failovers = new FailoverCheck(homes, decisions, acknowledged, retention.retention(), listener);
        this.statistics = new Statistics(retention.schema(), Pace.SYSTEM);
    }

    /** Looks at every node once, without acting, and returns when each has answered or failed to. */
    public void lookAround() {
        await(watches.stream()
                .map(w -> submit(w, pass(w, Duration.ZERO, new Tally()), false))
                .toList());
    }

    /** Begins the regular passes. They are spread over the interval: with very many nodes all at once would need as many threads. */
    public void start() {
        long interval = settings.interval().toNanos();
        for (int i = 0; i < watches.size(); i++) {
            NodeWatch watch = watches.get(i);
            long first = interval / watches.size() * (i + 1);
            timer.scheduleWithFixedDelay(Dispatch.surviving(() -> tick(watch)), first, interval, TimeUnit.NANOSECONDS);
        }
        if (settings.enabled()) {
            long sweep = janitor.interval().toMillis();
            timer.scheduleWithFixedDelay(
                    Dispatch.surviving(() -> once(sweeping, this::sweep)), sweep, sweep, TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Remembers what an application was told, to notice it if a failover loses it.
     *
     * @param id a transaction that this process has committed
     * @param writers its home, and the branches that its decision names
     */
    public void acknowledged(TransactionId id, List<Participant> writers) {
        acknowledged.add(id, writers.get(0), writers.subList(1, writers.size()));
    }

    /** Something was left to recovery: begin a pass now, not at the next tick. Where that fails, the next tick does it. */
    public void wake() {
        if (!closed) {
            Dispatch.run(
                    timer,
                    () -> watches.forEach(w -> Dispatch.surviving(() -> tick(w)).run()),
                    () -> {});
        }
    }

    private void tick(NodeWatch watch) {
        watches.forEach(w -> w.lastPass().isOverdue()); // Each is looked after by the ticks of the others.
        NodePass pass = pass(watch, patience(), new Tally());
        submit(watch, pass, settings.enabled()).thenRun(() -> {
            if (settings.enabled() && pass.again()) {
                lookAgain(watch);
            }
        });
    }

    /** Once more before the next tick, where something was too young to be touched: most of it is gone by then, and what is not is orphaned. */
    private void lookAgain(NodeWatch watch) {
        Dispatch.later(timer, patience(), () -> submit(watch, pass(watch, patience(), new Tally()), true));
    }

    private Duration patience() {
        return settings.interval().dividedBy(2);
    }

    /** {@return what one pass over all nodes, now, did} */
    public RecoveryReport passNow() {
        Tally tally = new Tally();
        await(watches.stream()
                .map(w -> submit(w, pass(w, Duration.ZERO, tally), true))
                .toList());
        return tally.report();
    }

    private NodePass pass(NodeWatch watch, Duration patience, Tally tally) {
        return new NodePass(watch, homes, decisions, settings.grace(), patience, listener, tally);
    }

    /** A node is looked at by one pass at a time; the turns of its homes may go on when the next one looks. */
    private CompletableFuture<Void> submit(NodeWatch watch, NodePass pass, boolean act) {
        CompletableFuture<Void> none = CompletableFuture.completedFuture(null);
        CompletableFuture<CompletableFuture<Void>> turns = new CompletableFuture<>();
        return once(Claim.on(atWork, watch), () -> look(watch, pass, act, turns))
                .thenCompose(looked -> turns.getNow(none));
    }

    private void look(NodeWatch watch, NodePass pass, boolean act, CompletableFuture<CompletableFuture<Void>> turns) {
        CompletableFuture<Void> settled = pass.run(act, this::once);
        turns.complete(act ? CompletableFuture.allOf(settled, lookBack(watch)) : settled);
        watch.lastPass().finished();
        durability.look(watch.link());
        statistics.look(watch);
    }

    /** What others have finished, and what a failover did. It asks homes, so it is a turn of its own: one that does not answer holds up nothing else. */
    private CompletableFuture<Void> lookBack(NodeWatch watch) {
        return once(Claim.on(lookingBack, watch), () -> {
            Dispatch.surviving(() -> lookForContradictions(watch)).run();
            failovers.look(watch.link());
        });
    }

    private void lookForContradictions(NodeWatch watch) {
        List<Vanished> vanished = watch.takeVanished();
        List<Vanished> open = vanished;
        try {
            open = contradictions.look(watch.link(), vanished);
        } finally {
            watch.putBack(open);
        }
    }

    private CompletableFuture<Void> once(Claim claim, Runnable task) {
        if (closed) {
            return CompletableFuture.completedFuture(null);
        }
        return Dispatch.once(workers, claim, () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                if (!closed) { // Else its connections were closed under it.
                    throw e;
                }
            }
        });
    }

    /** One home after the other: what one of them throws is its own affair. */
    private void sweep() {
        watches.forEach(w -> Dispatch.surviving(() -> janitor.sweep(w.link())).run());
    }

    private static void await(List<? extends CompletableFuture<?>> passes) {
        CompletableFuture.allOf(passes.toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, PASS_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    /**
     * What a transaction manager recovers with, where another resource took part.
     *
     * @param ours which identifiers are that manager's, as a whole
     * @return lists and finishes its transactions
     */
    public XAResource forManager(Predicate<Xid> ours) {
        return new SubordinateRecovery(watches, homes, decisions, ours, this::wake);
    }

    /**
     * @param node a node
     * @param identity the identity that was found there
     * @return why it cannot be used, if another node has the same identity
     */
    public Optional<String> twin(Node node, NodeIdentity identity) {
        return homes.twin(node, identity);
    }

    /** {@return what was last seen of each node} */
    public List<NodeStatus> status() {
        return watches.stream().map(NodeWatch::status).toList();
    }

    /** {@return names of nodes that answered at the last look, but whose decision schema is missing or too old} */
    public List<String> withoutSchema() {
        return watches.stream()
                .filter(NodeWatch::lacksSchema)
                .map(w -> w.link().node().name())
                .toList();
    }

    /** {@return what each node last told of itself in numbers} */
    public List<NodeStatistics> statistics() {
        return watches.stream().map(w -> statistics.of(w.link())).toList();
    }

    /** {@return branches in doubt, on all nodes} */
    public List<InDoubtBranch> inDoubt() {
        return watches.stream().flatMap(w -> w.inDoubt().stream()).toList();
    }

    /**
     * What the decision log says of a transaction. Asking never fences.
     *
     * @param id a transaction
     * @return committed or rolled back if a row stands somewhere, else unknown
     */
    public Outcome outcome(TransactionId id) {
        return status.outcome(id);
    }

    @Override
    public void close() {
        closed = true;
        watches.forEach(w -> w.link().close());
    }
}
