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
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.log.Wording;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Pace;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches all nodes and finishes what others began: any process, no leader, no lease. Each node has its own passes, so one that is down or
 * slow delays no other. Two processes may run it at the same moment: the row's unique key and the server's own locks order them.
 */
public final class Recovery implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private static final Duration PASS_LIMIT = Duration.ofSeconds(20);

    private final List<NodeWatch> watches;
    private final Homes homes;
    private final DecisionLog decisions;
    private final RecoverySettings settings;
    private final Janitor janitor;
    private final StatusQuestion status;
    private final Contradictions contradictions;
    private final ReturnedBranches returned;
    private final Acknowledged acknowledged = new Acknowledged();
    private final FailoverCheck failovers;
    private final DurabilityWarning durability = new DurabilityWarning();
    private final Statistics statistics;
    private final XaListener listener;
    private final ExecutorService workers;
    private final ScheduledExecutorService timer;
    private final Set<NodeWatch> atWork = ConcurrentHashMap.newKeySet();
    private final Set<NodeWatch> lookingBack = ConcurrentHashMap.newKeySet();
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
                .map(n -> new NodeWatch(new NodeLink(n, schema, Pace.SYSTEM), Pace.SYSTEM))
                .toList();
        this.homes = new Homes(watches);
        this.status = new StatusQuestion(watches, decisions);
        this.decisions = decisions;
        this.settings = settings;
        this.listener = listener;
        this.workers = workers;
        this.timer = timer;
        this.janitor = new Janitor(homes, decisions, retention.retention(), listener);
        this.contradictions = new Contradictions(homes, decisions, settings.grace(), listener, Pace.SYSTEM);
        this.returned = new ReturnedBranches(decisions, retention.retention());
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
            timer.scheduleWithFixedDelay(() -> tick(watch), first, interval, TimeUnit.NANOSECONDS);
        }
        if (settings.enabled()) {
            long sweep = janitor.interval().toMillis();
            timer.scheduleWithFixedDelay(() -> inBackground(this::sweep), sweep, sweep, TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Remembers what an application was told, to notice it if a failover loses it.
     *
     * @param id a transaction that this process has committed
     * @param home its home
     */
    public void acknowledged(TransactionId id, Participant home) {
        acknowledged.add(id, home);
    }

    /** Something was left to recovery: begin a pass now, not at the next tick. */
    public void wake() {
        if (!closed) {
            timer.execute(() -> watches.forEach(this::tick));
        }
    }

    private void tick(NodeWatch watch) {
        NodePass pass = pass(watch, patience(), new Tally());
        submit(watch, pass, settings.enabled()).thenRun(() -> {
            if (settings.enabled() && pass.again()) {
                lookAgain(watch);
            }
        });
    }

    /** Once more before the next tick, where something was too young to be touched: most of it is gone by then, and what is not is orphaned. */
    private void lookAgain(NodeWatch watch) {
        try {
            timer.schedule(
                    () -> submit(watch, pass(watch, patience(), new Tally()), true),
                    patience().toMillis(),
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException shuttingDown) {
            LOG.trace("no pass any more", shuttingDown);
        }
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
        return new NodePass(watch, homes, decisions, settings.grace(), patience, returned, listener, tally);
    }

    /** A node is looked at by one pass at a time; the turns of its homes may go on when the next one looks. */
    private CompletableFuture<Void> submit(NodeWatch watch, NodePass pass, boolean act) {
        if (closed || !atWork.add(watch)) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<CompletableFuture<Void>> looked = new CompletableFuture<>();
        boolean submitted = inBackground(() -> {
            CompletableFuture<Void> turns = CompletableFuture.completedFuture(null);
            try {
                turns = pass.run(act, this::turn);
                durability.look(watch.link());
                statistics.look(watch);
                if (act) {
                    turns = CompletableFuture.allOf(turns, lookBack(watch));
                }
            } finally {
                atWork.remove(watch);
                looked.complete(turns);
            }
        });
        if (!submitted) {
            atWork.remove(watch);
            return CompletableFuture.completedFuture(null);
        }
        return looked.thenCompose(turns -> turns);
    }

    /** What others have finished, and what a failover did. It asks homes, so it is a turn of its own: one that does not answer holds up nothing else. */
    private CompletableFuture<Void> lookBack(NodeWatch watch) {
        if (!lookingBack.add(watch)) {
            return CompletableFuture.completedFuture(null);
        }
        return turn(() -> {
            try {
                watch.putBack(contradictions.look(watch.link(), watch.takeVanished()));
                failovers.look(watch.link());
            } finally {
                lookingBack.remove(watch);
            }
        });
    }

    private CompletableFuture<Void> turn(Runnable turn) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        boolean submitted = inBackground(() -> {
            try {
                turn.run();
            } finally {
                done.complete(null);
            }
        });
        if (!submitted) {
            done.complete(null);
        }
        return done;
    }

    private boolean inBackground(Runnable task) {
        try {
            workers.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    if (!closed) {
                        LOG.error(Wording.PASS_FAILED, e);
                    }
                }
            });
            return true;
        } catch (RejectedExecutionException shuttingDown) {
            return false;
        }
    }

    private void sweep() {
        watches.forEach(w -> janitor.sweep(w.link()));
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
