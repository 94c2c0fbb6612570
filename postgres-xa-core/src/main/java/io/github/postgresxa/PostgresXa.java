package io.github.postgresxa;

import io.github.postgresxa.datasource.NodeDataSource;
import io.github.postgresxa.manager.JtaManager;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.recovery.Recovery;
import io.github.postgresxa.transaction.Shutdown;
import io.github.postgresxa.transaction.Transactions;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
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
 *
 * <p>As a CDI bean it has a scope without a proxy, {@code @Singleton} for example: it cannot be made without its nodes.
 */
public final class PostgresXa extends TransactionalWork implements AutoCloseable {

    private final String name;
    private final Duration closeLimit;
    private final Assembly parts;
    private final Recovery recovery;
    private final Transactions transactions;
    private final JtaManager manager;
    private final Shutdown shutdown;
    private final Closing closing = new Closing();

    private PostgresXa(Builder settings) {
        this.name = settings.name;
        this.closeLimit = settings.closeLimit;
        this.parts = Assembly.start(settings);
        this.recovery = parts.recovery();
        this.transactions = parts.transactions();
        this.manager = parts.manager();
        this.shutdown = new Shutdown(manager.transactionManager(), transactions, manager.isEmbedded());
    }

    /**
     * Waits until an instance of {@link Builder#buildInBackground} has started. Others have started when they exist.
     *
     * @throws InvalidConfigurationException if a server breaks the guarantees
     */
    public void awaitStart() {
        parts.start().await();
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
        return manager.isEmbedded() ? parts.reasoning() : manager.transactionManager();
    }

    /**
     * {@return the transaction manager as applications use it} A rollback in its {@code commit} is a
     * {@link RolledBackException} wherever the reason is known.
     */
    public UserTransaction userTransaction() {
        return parts.reasoning();
    }

    @Override
    <T extends @Nullable Object, X extends Exception> T call(
            @Nullable Duration timeout, TransactionalCallable<T, X> work)
            throws X, RollbackException, HeuristicMixedException {
        return parts.runner().call(timeout, work);
    }

    /**
     * Begins a transaction with a timeout of its own on the calling thread, like the {@code begin} of
     * {@link #userTransaction}. That can only be asked for whole seconds; here fractions of a second count. The timeout
     * of what the thread begins otherwise stays as it is.
     *
     * @param timeout the timeout, more than zero
     * @throws IllegalArgumentException if the timeout is not more than zero
     * @throws NotSupportedException if the thread has a transaction already
     * @throws SystemException if the transaction manager cannot begin one
     */
    public void begin(Duration timeout) throws NotSupportedException, SystemException {
        parts.reasoning().begin(timeout);
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
     * Chooses when the commit of the calling thread's transaction is acknowledged, instead of what
     * {@link Builder#commit} says. It may be called before the first use of a node, and again; the last call counts.
     * Work that joins a transaction chooses for the whole of it.
     *
     * @param when when it is acknowledged
     * @throws IllegalStateException if the thread has no transaction, or it is ending
     */
    public void acknowledge(Acknowledge when) {
        transactions.acknowledge(when);
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
     * Runs one pass of recovery over all nodes now, and for a while one at every interval: a branch without a decision
     * that this process has not seen before is left to its coordinator for the grace.
     *
     * @return what the first pass did
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
        return manager.registered(ours, recovery.forManager(ours));
    }

    /**
     * Returns whether what the transaction manager leaves prepared on the nodes is ended after a crash.
     *
     * @return what is known in this process, now
     */
    public RecoveryRegistration recoveryRegistration() {
        return manager.registration();
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
     * {@link #settle}, and logs which these are. New ones are refused as soon as the current ones have ended, and
     * during the last quarter of the limit. Then closes everything. The servers roll back what is left, or recovery
     * elsewhere finishes it. A transaction of the calling thread is rolled back at once (one of an external manager is
     * marked rollback-only): that thread could not end it any more.
     *
     * <p>An interrupt does not shorten this. A second call while the first one runs waits for it, and returns at once
     * if its thread is interrupted. After the first one, even if that failed, a call does nothing and asks nobody.
     */
    @Override
    public void close() {
        if (closing.begin()) {
            closing.run(() -> shutdown.await(closeLimit), parts::close);
        } else if (closing.isUnderWayElsewhere()) { // If it is the caller, a listener calls back.
            try {
                shutdown.endOwn(); // The other thread would wait for it.
            } finally {
                closing.await(closeLimit);
            }
        }
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
    public static final class Builder extends PostgresXaSettings {

        private Builder() {}

        @Override
        Builder self() {
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
            check();
            return new PostgresXa(this);
        }

        /**
         * Does the same as {@link #build}, but returns before the nodes have answered, so that an application's own
         * start goes on meanwhile. Connections wait for them. Close what it returns, also if the start fails.
         *
         * @return an instance that is starting; {@link PostgresXa#awaitStart} waits for it and says if it fails
         * @throws InvalidConfigurationException if a setting breaks the guarantees
         */
        public PostgresXa buildInBackground() {
            inBackground = true;
            return build();
        }
    }
}
