package io.github.postgresxa;

import io.github.postgresxa.datasource.NodeDataSource;
import io.github.postgresxa.manager.AtomikosJar;
import io.github.postgresxa.manager.JtaManager;
import io.github.postgresxa.manager.atomikos.AtomikosManager;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.recovery.Recovery;
import io.github.postgresxa.transaction.Shutdown;
import io.github.postgresxa.transaction.Transactions;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.sql.DataSource;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * One JTA transaction over several PostgreSQL servers, atomic and durable.
 *
 * <pre>{@code
 * try (PostgresXa xa = PostgresXa.builder()
 *         .name("bank")
 *         .node("east", "jdbc:postgresql://east:5432/bank", "bank", password)
 *         .node("west", "jdbc:postgresql://west:5432/bank", "bank", password)
 *         .build()) {
 *     xa.inTransaction(() -> {
 *         // work with xa.dataSource("east").getConnection() and xa.dataSource("west").getConnection()
 *     });
 * }
 * }</pre>
 *
 * <p>If {@code inTransaction}, or the {@code commit} of {@link #userTransaction}, returns, every node keeps the change.
 * If it throws a {@code RollbackException}, no node does. If it throws {@code HeuristicMixedException}, all nodes keep
 * it or none does, and it is not known yet which: call {@link #outcome}. Any process with the same nodes in its
 * configuration finishes what a crashed process began.
 */
public final class PostgresXa implements AutoCloseable {

    private final String name;
    private final Duration closeLimit;
    private final Assembly parts;
    private final Recovery recovery;
    private final Transactions transactions;
    private final JtaManager manager;
    private boolean closed;

    private PostgresXa(Builder settings) {
        this.name = settings.name;
        this.closeLimit = settings.closeLimit;
        this.parts = Assembly.start(settings);
        this.recovery = parts.recovery();
        this.transactions = parts.transactions();
        this.manager = parts.manager();
    }

    /** {@return a builder without nodes} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the application's name, as displays and decision rows show it} */
    public String name() {
        return name;
    }

    /** {@return the names of the nodes, in the order of their configuration} */
    public List<String> nodeNames() {
        return List.copyOf(parts.dataSources().keySet());
    }

    /**
     * Returns the data source of a node. Inside a transaction, all its connections belong to the transaction's one
     * branch there and cannot be committed separately. Outside, they are ordinary auto-commit connections.
     *
     * @param node a configured name
     * @return its data source; closed together with this object
     * @throws IllegalArgumentException if there is no such node
     */
    public DataSource dataSource(String node) {
        return existing(node);
    }

    /**
     * Opens a connection for a caller that has an alternative if the node gives none. A failure here leaves the
     * transaction as it is. With {@link #dataSource}, a transaction that gets no connection can only roll back, unless
     * the node is {@linkplain NodeSettings#notRequired() not required}.
     *
     * @param node a configured name
     * @return a connection like those of {@link #dataSource}
     * @throws SQLException if there is none now; it names the node, the cause and what to do
     * @throws IllegalArgumentException if there is no such node
     */
    public Connection tryConnection(String node) throws SQLException {
        return existing(node).tryConnection();
    }

    private NodeDataSource existing(String node) {
        NodeDataSource dataSource = parts.dataSources().get(node);
        if (dataSource == null) {
            throw new IllegalArgumentException("there is no node '%s'; configured are %s"
                    .formatted(node, parts.dataSources().keySet()));
        }
        return dataSource;
    }

    /**
     * {@return the transaction manager in use} The {@code commit} of the embedded one says why it rolled back, like
     * that of {@link #userTransaction}.
     */
    public TransactionManager transactionManager() {
        return manager instanceof AtomikosManager ? parts.reasoning() : manager.transactionManager();
    }

    /**
     * {@return the transaction manager as applications use it} A rollback in its {@code commit} is a
     * {@link RolledBackException} wherever the reason is known.
     */
    public UserTransaction userTransaction() {
        return parts.reasoning();
    }

    /**
     * Runs work in a transaction: commits when it returns, rolls back when it throws anything, and then throws the
     * same. What fails on the way to the rollback is suppressed in that. Connections come from {@link #dataSource} and
     * are closed by the work. The work must not end the transaction itself, nor leave it suspended: what it commits
     * stays, and what it leaves suspended ends with the timeout.
     *
     * <p>If the thread has a transaction already, the work joins it: it commits or rolls back with it. If the work
     * throws then, that transaction can only roll back, also if the exception is caught, and its commit names that
     * exception as the reason.
     *
     * @param work the work
     * @param <X> what it throws
     * @throws X what the work threw; no node keeps a change of it
     * @throws RollbackException if the transaction rolled back at its commit, on all nodes: a
     *     {@link RolledBackException} with the reason, a {@link ConflictException} if another try may succeed
     * @throws HeuristicMixedException if the outcome is not known: all nodes keep the changes or none does; ask
     *     {@link #outcome}
     * @throws IllegalStateException if no transaction could be begun, or the work ended or suspended it itself
     */
    public <X extends Exception> void inTransaction(TransactionalRunnable<X> work)
            throws X, RollbackException, HeuristicMixedException {
        parts.runner().run(null, work);
    }

    /**
     * Runs work in a transaction with a timeout, like {@link #inTransaction(TransactionalRunnable)}.
     *
     * @param timeout the timeout, rounded up to whole seconds. A transaction that the work joins keeps its own. An
     *     external manager's default applies to the thread again afterwards, because JTA does not tell what was set
     * @param work the work
     * @param <X> what it throws
     * @throws X what the work threw
     * @throws RollbackException if the transaction rolled back at its commit
     * @throws HeuristicMixedException if the outcome is not known
     */
    public <X extends Exception> void inTransaction(Duration timeout, TransactionalRunnable<X> work)
            throws X, RollbackException, HeuristicMixedException {
        parts.runner().run(timeout, work);
    }

    /**
     * Runs work in a transaction and returns its result, like {@link #inTransaction(TransactionalRunnable)}.
     *
     * @param work the work
     * @param <T> its result
     * @param <X> what it throws
     * @return its result, which is committed
     * @throws X what the work threw
     * @throws RollbackException if the transaction rolled back at its commit
     * @throws HeuristicMixedException if the outcome is not known
     */
    public <T extends @Nullable Object, X extends Exception> T inTransaction(TransactionalCallable<T, X> work)
            throws X, RollbackException, HeuristicMixedException {
        return parts.runner().call(null, work);
    }

    /**
     * Runs work in a transaction with a timeout and returns its result, like
     * {@link #inTransaction(TransactionalRunnable)}.
     *
     * @param timeout the timeout, rounded up to whole seconds. A transaction that the work joins keeps its own
     * @param work the work
     * @param <T> its result
     * @param <X> what it throws
     * @return its result, which is committed
     * @throws X what the work threw
     * @throws RollbackException if the transaction rolled back at its commit
     * @throws HeuristicMixedException if the outcome is not known
     */
    public <T extends @Nullable Object, X extends Exception> T inTransaction(
            Duration timeout, TransactionalCallable<T, X> work) throws X, RollbackException, HeuristicMixedException {
        return parts.runner().call(timeout, work);
    }

    /** {@return the transaction manager's synchronization registry} */
    public TransactionSynchronizationRegistry transactionSynchronizationRegistry() {
        return manager.registry();
    }

    /** {@return the id of the calling thread's transaction; empty if there is none or it has used no node yet} */
    public Optional<TransactionId> currentTransaction() {
        return transactions.currentId();
    }

    /**
     * Looks up how a transaction ended. The call changes nothing.
     *
     * @param id a transaction of any process
     * @return committed or rolled back if there is a decision; unknown if there is none: the transaction has not ended,
     *     left no row (one writer, or rolled back before a decision), or its row was deleted after the retention
     */
    public Outcome outcome(TransactionId id) {
        return recovery.outcome(id);
    }

    /** {@return the last observed state of each node, at most one recovery interval old} */
    public List<NodeStatus> nodes() {
        return recovery.status();
    }

    /** {@return slowly changing figures of each node, a few seconds old at most where the node answers} */
    public List<NodeStatistics> statistics() {
        return recovery.statistics();
    }

    /** {@return the prepared branches whose decision this process does not know yet} */
    public List<InDoubtBranch> inDoubt() {
        return recovery.inDoubt();
    }

    /** {@return what an operator can see and do beyond this; each call queries the nodes} */
    public Operations operations() {
        return parts.operations();
    }

    /**
     * Runs one pass of recovery over all nodes now.
     *
     * @return what it did
     */
    public RecoveryReport recoverNow() {
        return recovery.passNow();
    }

    /** {@return the transactions of this process that have not ended, in no order} */
    public List<ActiveTransaction> activeTransactions() {
        return transactions.underWayNow();
    }

    /** {@return how many transactions of this process have not ended} */
    public int activeTransactionCount() {
        return transactions.count();
    }

    /**
     * Returns the state of a node's connection pool.
     *
     * @param node a configured name
     * @return the state of its pool
     * @throws IllegalArgumentException if there is no such node
     */
    public PoolStatus pool(String node) {
        NodeDataSource dataSource = existing(node);
        return new PoolStatus(
                dataSource.pool().active(),
                dataSource.pool().open(),
                dataSource.pool().node().settings().pool());
    }

    /**
     * Returns a resource for the recovery of an external transaction manager. Register it there if other resources than
     * these nodes take part in transactions. Otherwise branches that wait for the manager's decision stay prepared
     * after a crash. The embedded manager already has it.
     *
     * @param ours which transaction identifiers are that manager's; matched as a whole, not by prefix
     * @return an XAResource for recovery only
     */
    public XAResource recoveryResource(Predicate<Xid> ours) {
        return recovery.forManager(ours);
    }

    /**
     * Waits until all current transactions have ended. New ones may begin meanwhile, so components that stop afterwards
     * can still use transactions.
     *
     * @param limit how long to wait at most; a transaction that exceeds it is not waited for again
     * @return whether all of them have ended
     */
    public boolean settle(Duration limit) {
        return transactions.settle(limit);
    }

    /**
     * Refuses new transactions and connections outside of transactions, and waits until all current transactions have
     * ended.
     *
     * @param limit how long to wait at most
     * @return whether all of them have ended
     */
    public boolean drain(Duration limit) {
        return transactions.drain(limit);
    }

    /** Accepts new transactions and hands out connections again after {@link #drain}. */
    public void resume() {
        transactions.resume();
    }

    /**
     * Waits for current transactions, up to {@link Builder#closeLimit} but not for those that exceeded the limit of
     * {@link #settle}, and logs which these are. Then refuses new ones and closes everything. The servers roll back
     * what is left, or recovery elsewhere finishes it. A transaction of the calling thread is rolled back at once (one
     * of an external manager is marked rollback-only): that thread could not end it any more.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        new Shutdown(manager.transactionManager(), transactions, manager instanceof AtomikosManager).await(closeLimit);
        parts.close();
    }

    /**
     * The state of a connection pool.
     *
     * @param active connections in use
     * @param open connections open
     * @param settings its limits
     */
    public record PoolStatus(int active, int open, PoolSettings settings) {}

    /** Collects the settings. Everything but the nodes has a default. */
    public static final class Builder {

        String name = "application";
        final List<NodeSettings> nodes = new ArrayList<>();
        DecisionSettings decision = DecisionSettings.DEFAULT;
        RecoverySettings recovery = RecoverySettings.DEFAULT;
        Duration transactionTimeout = Duration.ofSeconds(30);
        Duration closeLimit = Duration.ofSeconds(20);

        @Nullable
        JtaManager external;

        Supplier<TransactionCharacteristics> characteristics = () -> TransactionCharacteristics.DEFAULT;
        final List<XaListener> listeners = new ArrayList<>();
        Supplier<Threads> threads = Threads::start;

        private Builder() {}

        /**
         * Sets the application's name. It only serves displays and decision rows.
         *
         * @param name the name
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
         * Adds a node.
         *
         * @param node the node's settings
         * @return this
         */
        public Builder node(NodeSettings node) {
            nodes.add(node);
            return this;
        }

        /** {@return the nodes that were added so far} */
        public List<NodeSettings> nodes() {
            return List.copyOf(nodes);
        }

        /**
         * Sets where decisions are kept, and for how long; default {@link DecisionSettings#DEFAULT}.
         *
         * @param settings the settings
         * @return this
         */
        public Builder decision(DecisionSettings settings) {
            this.decision = settings;
            return this;
        }

        /**
         * Sets the pace of recovery; default {@link RecoverySettings#DEFAULT}.
         *
         * @param settings the settings
         * @return this
         */
        public Builder recovery(RecoverySettings settings) {
            this.recovery = settings;
            return this;
        }

        /**
         * Sets the timeout of transactions that name none, default 30 s. It applies only to the embedded manager.
         *
         * @param timeout the timeout
         * @return this
         */
        public Builder transactionTimeout(Duration timeout) {
            this.transactionTimeout = timeout;
            return this;
        }

        /**
         * Sets how long {@link PostgresXa#close} waits for current transactions, default 20 s.
         *
         * @param limit the limit
         * @return this
         */
        public Builder closeLimit(Duration limit) {
            this.closeLimit = limit;
            return this;
        }

        /**
         * Uses an external transaction manager instead of the embedded Atomikos.
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
         * Sets the source of isolation level and read-only mode; default {@link TransactionCharacteristics#DEFAULT}.
         *
         * @param supplier called on the transaction's thread when a branch begins
         * @return this
         */
        public Builder characteristics(Supplier<TransactionCharacteristics> supplier) {
            this.characteristics = supplier;
            return this;
        }

        /**
         * Adds a listener.
         *
         * @param listener receives the events of transactions
         * @return this
         */
        public Builder listener(XaListener listener) {
            listeners.add(listener);
            return this;
        }

        /**
         * Checks the nodes that answer, creates the decision schema where it is missing, and starts recovery. A node
         * that does not answer does not prevent the start.
         *
         * @return the running instance
         * @throws InvalidConfigurationException if a setting or a server breaks the guarantees
         */
        public PostgresXa build() {
            StartChecks.settings(nodes);
            if (external == null) {
                AtomikosJar.check(); // Before a node is changed.
            }
            return new PostgresXa(this);
        }

        /** Sets the source of threads, for tests. */
        Builder threads(Supplier<Threads> own) {
            this.threads = own;
            return this;
        }
    }
}
