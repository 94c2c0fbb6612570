package io.github.postgresxa;

import io.github.postgresxa.datasource.NodeDataSource;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.manager.JtaManager;
import io.github.postgresxa.manager.atomikos.AtomikosManager;
import io.github.postgresxa.node.Dispatch;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.recovery.Recovery;
import io.github.postgresxa.transaction.ReasoningManager;
import io.github.postgresxa.transaction.Transactions;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.sql.DataSource;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One JTA transaction over several PostgreSQL servers, atomic and durable.
 *
 * <pre>{@code
 * try (PostgresXa xa = PostgresXa.builder()
 *         .name("bank")
 *         .node("east", "jdbc:postgresql://east:5432/bank", "bank", password)
 *         .node("west", "jdbc:postgresql://west:5432/bank", "bank", password)
 *         .build()) {
 *     UserTransaction transaction = xa.userTransaction();
 *     transaction.begin();
 *     // work with xa.dataSource("east").getConnection() and xa.dataSource("west").getConnection()
 *     transaction.commit();
 * }
 * }</pre>
 *
 * <p>If {@code commit} returns, every node keeps the change. If it throws a {@code RollbackException}, none does. If it throws
 * {@code HeuristicMixedException}, it is all or none, not known yet which: ask {@link #outcome}. Any process that is configured with the same nodes
 * finishes what a crashed one began.
 */
public final class PostgresXa implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresXa.class);

    /** Migrations of the application may run after this object exists, because they need its data sources. */
    private static final Duration SCHEMA_PATIENCE = Duration.ofMinutes(1);

    private final String name;
    private final Threads threads;
    private final Map<String, NodeDataSource> dataSources = new LinkedHashMap<>();
    private final Recovery recovery;
    private final Operations operations;
    private final JtaManager manager;
    private final Transactions transactions;
    private final Duration closeLimit;
    private final ReasoningManager reasoning;
    private boolean closed;

    private PostgresXa(Builder settings) {
        this.name = settings.name;
        this.closeLimit = settings.closeLimit;
        this.threads = settings.threads.get();
        Deque<AutoCloseable> opened = new ArrayDeque<>();
        opened.push(threads);
        try {
            List<Node> nodes = settings.nodes.stream()
                    .map(n -> new Node(n, "postgres-xa " + settings.name))
                    .toList();
            XaListener listener = new CompositeListener(List.copyOf(settings.listeners));
            DecisionSchema schema = new DecisionSchema(settings.decision);
            DecisionLog decisions = new DecisionLog(settings.decision.schema(), settings.name);
            this.recovery = new Recovery(
                    nodes,
                    schema,
                    decisions,
                    settings.decision,
                    settings.recovery,
                    listener,
                    threads.workers(),
                    threads.timer());
            opened.push(recovery);
            this.operations = Operations.of(nodes, settings.decision, settings.name, threads.workers());
            checkServers(settings.nodes, settings.decision);
            this.manager = settings.external == null
                    ? AtomikosManager.open(settings.transactionTimeout, recovery::forManager)
                    : settings.external;
            opened.push(manager::close);
            this.transactions = new Transactions(
                    manager.transactionManager(),
                    manager.registry(),
                    decisions,
                    settings.decision,
                    threads.workers(),
                    threads.timer(),
                    manager::limit,
                    manager.hints(),
                    recovery::wake,
                    recovery::acknowledged,
                    listener);
            this.reasoning = new ReasoningManager(manager.transactionManager(), transactions);
            for (Node node : nodes) {
                NodeDataSource source = new NodeDataSource(
                        node, transactions, schema, recovery::twin, settings.characteristics, threads.workers());
                opened.push(source.pool()::close);
                dataSources.put(node.name(), source);
            }
            recovery.start();
        } catch (Throwable e) { // A start that failed leaves nothing behind.
            opened.forEach(o -> close(o, e));
            throw e;
        }
    }

    private static void close(AutoCloseable opened, Throwable reason) {
        try {
            opened.close();
        } catch (Exception | Error e) {
            reason.addSuppressed(e);
        }
    }

    private void checkServers(List<NodeSettings> nodes, DecisionSettings decision) {
        recovery.scanAll();
        StartChecks.servers(nodes, recovery.status());
        nodes.stream().filter(StartChecks::exposed).forEach(n -> LOG.warn(LogMessages.NOT_ENCRYPTED, n.name()));
        List<String> awaited = decision.initializeSchema() ? List.of() : recovery.withoutSchema();
        warnOfAbsent(status -> !awaited.contains(status.name()));
        if (!awaited.isEmpty()) {
            LOG.info(LogMessages.SCHEMA_AWAITED, awaited);
            Dispatch.later(
                    threads.timer(),
                    SCHEMA_PATIENCE,
                    () -> warnOfAbsent(status -> recovery.withoutSchema().contains(status.name())));
        }
    }

    private void warnOfAbsent(Predicate<NodeStatus> which) {
        recovery.status().stream()
                .filter(s -> !s.reachable())
                .filter(which)
                .forEach(s -> LOG.warn(LogMessages.NOT_YET, s.name(), s.problem()));
    }

    /** {@return a builder without any node} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the application's name in displays and decision rows} */
    public String name() {
        return name;
    }

    /** {@return the nodes' names in the order in which they were configured} */
    public List<String> nodeNames() {
        return List.copyOf(dataSources.keySet());
    }

    /**
     * A node's connections. Inside a transaction they all belong to its one branch there and cannot be committed on their own; outside they are
     * ordinary auto-commit connections.
     *
     * @param node a configured name
     * @return its data source; closed together with this object
     * @throws IllegalArgumentException if there is no such node
     */
    public DataSource dataSource(String node) {
        return existing(node);
    }

    /**
     * A connection for a caller that has another way if the node gives none. Without one from {@link #dataSource} a transaction can only roll
     * back afterwards, unless the node is {@linkplain NodeSettings#notRequired() not required}; this leaves it as it is.
     *
     * @param node a configured name
     * @return a connection, as {@link #dataSource} gives it
     * @throws SQLException if there is none now; it names the node, the cause and what to do
     * @throws IllegalArgumentException if there is no such node
     */
    public Connection tryConnection(String node) throws SQLException {
        return existing(node).tryConnection();
    }

    private NodeDataSource existing(String node) {
        NodeDataSource dataSource = dataSources.get(node);
        if (dataSource == null) {
            throw new IllegalArgumentException(
                    "there is no node '%s'; configured are %s".formatted(node, dataSources.keySet()));
        }
        return dataSource;
    }

    /** {@return the transaction manager in use; the embedded one's {@code commit} says why it rolled back, as that of {@link #userTransaction}} */
    public TransactionManager transactionManager() {
        return manager instanceof AtomikosManager ? reasoning : manager.transactionManager();
    }

    /** {@return the transaction manager as applications use it; a rollback at its {@code commit} is a {@link RolledBackException} wherever the reason is known} */
    public UserTransaction userTransaction() {
        return reasoning;
    }

    /** {@return the transaction manager's registry} */
    public TransactionSynchronizationRegistry transactionSynchronizationRegistry() {
        return manager.registry();
    }

    /** {@return the id of the calling thread's transaction; empty if it has none, or touched no node yet} */
    public Optional<TransactionId> currentTransaction() {
        return transactions.currentId();
    }

    /**
     * What is known of a transaction's end. Asking changes nothing.
     *
     * @param id a transaction of any process
     * @return committed or rolled back if its decision stands; unknown if none does: it is still under way, left no row (one writer, or
     *     rolled back before a decision), or its row was deleted after the retention
     */
    public Outcome outcome(TransactionId id) {
        return recovery.outcome(id);
    }

    /** {@return what was last seen of each node, at most one recovery interval ago} */
    public List<NodeStatus> nodes() {
        return recovery.status();
    }

    /** {@return numbers of each node that change slowly, a few seconds old at most where the node answers} */
    public List<NodeStatistics> statistics() {
        return recovery.statistics();
    }

    /** {@return prepared branches whose decision is not known here yet} */
    public List<InDoubtBranch> inDoubt() {
        return recovery.inDoubt();
    }

    /** {@return what an operator can see and do beyond this; each call asks the nodes} */
    public Operations operations() {
        return operations;
    }

    /** {@return what one pass of recovery over all nodes, now, did} */
    public RecoveryReport recoverNow() {
        return recovery.passNow();
    }

    /** {@return the transactions of this process that are under way, in no order} */
    public List<ActiveTransaction> activeTransactions() {
        return transactions.underWayNow();
    }

    /** {@return how many transactions of this process are under way} */
    public int activeTransactionCount() {
        return transactions.count();
    }

    /**
     * @param node a configured name
     * @return the state of its pool
     */
    public PoolStatus pool(String node) {
        NodeDataSource dataSource = existing(node);
        return new PoolStatus(
                dataSource.pool().active(),
                dataSource.pool().open(),
                dataSource.pool().node().settings().pool());
    }

    /**
     * For a transaction manager that somebody else runs, where other resources than ours take part in transactions: register this for its
     * recovery, or what a crash leaves prepared for the manager's decision stays prepared. The embedded manager has it already.
     *
     * @param ours which transaction identifiers are that manager's; as a whole, not by prefix
     * @return an XAResource for recovery only
     */
    public XAResource recoveryResource(Predicate<Xid> ours) {
        return recovery.forManager(ours);
    }

    /**
     * Waits until the transactions have ended that are under way now. Others may begin, so that what stops after this can still use transactions.
     *
     * @param limit how long to wait at most; what was waited for in vain is not waited for again
     * @return whether all of them have ended
     */
    public boolean settle(Duration limit) {
        return transactions.settle(limit);
    }

    /**
     * Refuses new transactions, and connections outside of transactions, and waits until those under way have ended.
     *
     * @param limit how long to wait at most
     * @return whether none is left
     */
    public boolean drain(Duration limit) {
        return transactions.drain(limit);
    }

    /** Takes new transactions and hands out connections again after {@link #drain}. */
    public void resume() {
        transactions.resume();
    }

    /**
     * Waits for transactions under way, up to the limit of {@link Builder#closeLimit} and not for those that {@link #settle} has waited for in
     * vain. Then it refuses new ones and closes everything. What is left is rolled back, or finished by recovery elsewhere.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        long end = System.nanoTime() + closeLimit.toNanos();
        settle(closeLimit); // One that is under way may need another one before it can end.
        if (!drain(Duration.ofNanos(Math.max(0, end - System.nanoTime())))) {
            LOG.warn(LogMessages.CUT_SHORT, activeTransactionCount());
        }
        recovery.close();
        manager.close();
        dataSources.values().forEach(d -> d.pool().close());
        threads.close();
    }

    /**
     * A pool's state.
     *
     * @param active connections in use
     * @param open connections open
     * @param settings its limits
     */
    public record PoolStatus(int active, int open, PoolSettings settings) {}

    /** Collects the settings; every one but the nodes has a default. */
    public static final class Builder {

        private String name = "application";
        private final List<NodeSettings> nodes = new ArrayList<>();
        private DecisionSettings decision = DecisionSettings.DEFAULT;
        private RecoverySettings recovery = RecoverySettings.DEFAULT;
        private Duration transactionTimeout = Duration.ofSeconds(30);
        private Duration closeLimit = Duration.ofSeconds(20);
        private @Nullable JtaManager external;
        private Supplier<TransactionCharacteristics> characteristics = () -> TransactionCharacteristics.DEFAULT;
        private final List<XaListener> listeners = new ArrayList<>();
        private Supplier<Threads> threads = Threads::start;

        private Builder() {}

        /**
         * @param name the application's name in displays and decision rows; nothing depends on it
         * @return this
         */
        public Builder name(String name) {
            this.name = name;
            return this;
        }

        /**
         * Adds a node with the default pool.
         *
         * @param node its name: lower-case letters and digits
         * @param url its {@code jdbc:postgresql:} URL
         * @param username its role, or null
         * @param password its password, or null
         * @return this
         */
        public Builder node(String node, String url, @Nullable String username, @Nullable String password) {
            return node(new NodeSettings(node, url, username, password));
        }

        /**
         * @param node a node
         * @return this
         */
        public Builder node(NodeSettings node) {
            nodes.add(node);
            return this;
        }

        /**
         * @param settings where decisions are kept
         * @return this
         */
        public Builder decision(DecisionSettings settings) {
            this.decision = settings;
            return this;
        }

        /**
         * @param settings the pace of recovery
         * @return this
         */
        public Builder recovery(RecoverySettings settings) {
            this.recovery = settings;
            return this;
        }

        /**
         * @param timeout of transactions that name none, default 30 s; counts only where the embedded manager is used
         * @return this
         */
        public Builder transactionTimeout(Duration timeout) {
            this.transactionTimeout = timeout;
            return this;
        }

        /**
         * @param limit how long {@link PostgresXa#close} waits for transactions under way, default 20 s
         * @return this
         */
        public Builder closeLimit(Duration limit) {
            this.closeLimit = limit;
            return this;
        }

        /**
         * Uses a transaction manager that somebody else runs, instead of the embedded Atomikos.
         *
         * @param manager an application server's, or the application's own
         * @param registry its registry
         * @return this
         */
        public Builder transactionManager(TransactionManager manager, TransactionSynchronizationRegistry registry) {
            this.external = JtaManager.external(manager, registry);
            return this;
        }

        /**
         * @param supplier asked on the transaction's thread when a branch begins
         * @return this
         */
        public Builder characteristics(Supplier<TransactionCharacteristics> supplier) {
            this.characteristics = supplier;
            return this;
        }

        /**
         * @param listener told what happened to transactions
         * @return this
         */
        public Builder listener(XaListener listener) {
            listeners.add(listener);
            return this;
        }

        /**
         * Checks the nodes that answer, creates the decision schema where it is missing, and starts recovery. A node that does not answer stops
         * nothing.
         *
         * @return the running front door
         * @throws InvalidConfigurationException if a setting or a server cannot keep the promise
         */
        public PostgresXa build() {
            StartChecks.settings(nodes);
            return new PostgresXa(this);
        }

        /** Threads of the caller's own. */
        Builder threads(Supplier<Threads> own) {
            this.threads = own;
            return this;
        }
    }
}
