package io.github.postgresxa.operations;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.log.LostLog;
import io.github.postgresxa.node.Connector;
import io.github.postgresxa.node.MonotonicClock;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Timer;
import io.github.postgresxa.node.Uninterruptibles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches nodes whose transactions another manager runs: plain XA over the driver's {@code PGXADataSource}, by
 * Atomikos, Narayana or any other. It shows what is prepared, and never changes anything: there is no transaction
 * manager, no DataSource, no schema and no recovery. It keeps one session to each node, in which each question is a
 * transaction that the server holds to {@code READ ONLY}; {@link #operations} open another one for each question and
 * node.
 *
 * <pre>{@code
 * try (Observer observer = Observer.start("bank", nodes, RecoverySettings.DEFAULT)) {
 *     observer.inDoubt().forEach(System.out::println);
 * }
 * }</pre>
 */
public final class Observer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Observer.class);

    /** How long the end waits for threads. Only a node that does not answer takes longer. */
    private static final Duration LAST = Duration.ofSeconds(1);

    private final String name;
    private final Duration grace;
    private final Map<String, NodeWatch> watches;
    private final Timer timer;
    private final ExecutorService threads;
    private final MonotonicClock clock;
    private final Operations operations;
    private volatile @Nullable Grouped grouped;

    /** What the nodes listed when they were last looked at, put together once. */
    private record Grouped(List<NodeWatch.Look> looks, PreparedTransactions transactions) {

        boolean isOf(List<NodeWatch.Look> others) {
            for (int i = 0; i < looks.size(); i++) {
                if (looks.get(i) != others.get(i)) {
                    return false;
                }
            }
            return true;
        }
    }

    private Observer(
            String name,
            Duration grace,
            Map<String, NodeWatch> watches,
            Timer timer,
            ExecutorService threads,
            MonotonicClock clock,
            Operations operations) {
        this.name = name;
        this.grace = grace;
        this.watches = watches;
        this.timer = timer;
        this.threads = threads;
        this.clock = clock;
        this.operations = operations;
    }

    /**
     * Starts to watch nodes. It waits for none of them: one that does not answer is looked at again.
     *
     * @param name the application's name, for displays and for the sessions on the nodes
     * @param nodes at least one. Their role needs no more than to connect; with {@code pg_read_all_stats} it also sees
     *     which sessions wait. Pools are not opened
     * @param pace how often each node is looked at ({@code interval}), and how long a prepared branch is left to its
     *     owner before it counts as in doubt ({@code grace}). Nothing is recovered, whatever it says
     * @return a running observer
     * @throws InvalidConfigurationException if there is no node, or two have the same name
     */
    public static Observer start(String name, List<NodeSettings> nodes, RecoverySettings pace) {
        LostLog.report();
        MonotonicClock clock = MonotonicClock.SYSTEM;
        Map<String, NodeWatch> watches = new LinkedHashMap<>();
        for (NodeSettings node : nodes) {
            Node watched = new Node(node, "postgres-xa " + name, ReadOnlyWire.over(Connector.UNTOUCHED));
            if (watches.put(node.name(), new NodeWatch(watched, clock)) != null) {
                throw new InvalidConfigurationException(
                        "Two nodes have the name '%s'.".formatted(node.name()), "Give each node a different name.");
            }
        }
        if (watches.isEmpty()) {
            throw new InvalidConfigurationException(
                    "No PostgreSQL node is configured.", "Name at least one: postgres.xa.nodes.<node>.url.");
        }
        ExecutorService threads = Operations.threads();
        Timer timer = Timer.start("postgres-xa-observer");
        timer.repeat(Duration.ZERO, pace.interval(), () -> watches.values().forEach(watch -> watch.look(threads)));
        LOG.info(
                LogMessages.OBSERVES,
                name,
                watches.values().stream()
                        .map(watch -> "'%s' at %s"
                                .formatted(watch.node().name(), watch.node().place()))
                        .collect(Collectors.joining(", ")));
        return new Observer(
                name, pace.grace(), watches, timer, threads, clock, Operations.observing(nodes, name, threads));
    }

    /** {@return the application's name} */
    public String name() {
        return name;
    }

    /** {@return the names of the nodes, in the order of their configuration} */
    public List<String> nodeNames() {
        return List.copyOf(watches.keySet());
    }

    /** {@return the last observed state of each node; no node is asked} */
    public List<ObservedNode> nodes() {
        Map<String, List<PreparedEntry>> doubts = new LinkedHashMap<>();
        Map<String, Long> xidAges = new LinkedHashMap<>();
        for (PreparedTransaction transaction : transactions().transactions()) {
            for (PreparedEntry branch : transaction.branches()) {
                xidAges.merge(branch.node(), branch.xidAge(), Math::max);
                if (isInDoubt(branch)) {
                    doubts.computeIfAbsent(branch.node(), node -> new ArrayList<>())
                            .add(branch);
                }
            }
        }
        return watches.values().stream()
                .map(watch -> observed(
                        watch,
                        doubts.getOrDefault(watch.node().name(), List.of()),
                        xidAges.getOrDefault(watch.node().name(), 0L)))
                .toList();
    }

    private ObservedNode observed(NodeWatch watch, List<PreparedEntry> inDoubt, long xidAge) {
        NodeWatch.Look look = watch.last();
        ServerList list = look.list();
        Duration ago = Duration.ofNanos(Math.max(0, clock.nanos() - look.at()));
        if (list == null) {
            return new ObservedNode(
                    watch.node().name(), look.reachable(), look.problem(), null, 0, 0, 0, null, null, 0, null, 0, ago);
        }
        return new ObservedNode(
                watch.node().name(),
                look.reachable(),
                look.problem(),
                list.facts().version(),
                list.facts().maxPrepared(),
                list.total(),
                list.ours(),
                list.oldestOurs(),
                oldest(list.entries().stream()
                        .filter(entry -> !entry.gid().startsWith("pgxa/"))
                        .toList()),
                inDoubt.size(),
                oldest(inDoubt),
                xidAge,
                ago);
    }

    private static @Nullable Duration oldest(List<PreparedEntry> entries) {
        return entries.stream().map(PreparedEntry::age).max(Duration::compareTo).orElse(null);
    }

    private boolean isInDoubt(PreparedEntry branch) {
        return branch.age().compareTo(grace) > 0;
    }

    /**
     * Puts together to global transactions what the nodes listed when they were last looked at. No node is asked.
     *
     * @return what is prepared, by anybody, the oldest first
     */
    public PreparedTransactions transactions() {
        List<NodeWatch.Look> looks =
                watches.values().stream().map(NodeWatch::last).toList();
        Grouped known = grouped;
        if (known == null || !known.isOf(looks)) {
            known = new Grouped(looks, grouped(looks));
            grouped = known;
        }
        return known.transactions();
    }

    private PreparedTransactions grouped(List<NodeWatch.Look> looks) {
        Map<String, ServerList> lists = new LinkedHashMap<>();
        Map<String, String> unreachable = new LinkedHashMap<>();
        Iterator<NodeWatch.Look> each = looks.iterator();
        for (String node : watches.keySet()) {
            NodeWatch.Look look = each.next();
            if (look.list() == null) {
                unreachable.put(node, Objects.requireNonNullElse(look.problem(), "not asked yet"));
            } else {
                lists.put(node, look.list());
            }
        }
        return Grouping.of(lists, unreachable);
    }

    /** {@return those transactions of which a branch is prepared for longer than the grace, the oldest first} */
    public List<PreparedTransaction> inDoubt() {
        return transactions().transactions().stream()
                .filter(transaction -> transaction.age().compareTo(grace) > 0)
                .toList();
    }

    /** {@return what can be asked beyond this; each call asks the nodes, and every order is refused} */
    public Operations operations() {
        return operations;
    }

    /** Ends all sessions. */
    @Override
    public void close() {
        timer.close();
        watches.values().forEach(NodeWatch::close);
        threads.shutdown();
        timer.awaitEnd(LAST);
        Uninterruptibles.awaitEnd(threads, LAST);
    }
}
