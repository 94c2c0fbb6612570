package io.github.postgresxa.datasource;

import io.github.postgresxa.TransactionCharacteristics;
import io.github.postgresxa.branch.Branch;
import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.NoConnection;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.NodePool;
import io.github.postgresxa.node.Timer;
import io.github.postgresxa.transaction.GlobalTransaction;
import io.github.postgresxa.transaction.Transactions;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * One node as applications use it. Inside a JTA transaction every connection is a handle on that transaction's one
 * branch here; outside, it is an ordinary auto-commit connection.
 *
 * <p>It cannot be closed: a bean container would close it while others still use the transaction manager. Its pool is
 * closed with the core.
 */
public final class NodeDataSource implements DataSource {

    private final NodePool pool;
    private final BranchEnlistment enlistment;
    private final Transactions transactions;
    private final StartGate start;

    /** Lets work pass when the application's instance has started. */
    public interface StartGate {

        /**
         * Waits until the instance has started.
         *
         * @throws SQLException if it did not
         */
        void await() throws SQLException;
    }

    /**
     * Creates the data source of a node.
     *
     * @param node the node
     * @param transactions the transactions of this process
     * @param schema identifies databases
     * @param twins what is wrong with a node if another one has the same identity
     * @param characteristics called when a branch begins
     * @param workers runs the pool's background tasks
     * @param timer plans them
     * @param start no connection is given before it lets the caller pass
     */
    public NodeDataSource(
            Node node,
            Transactions transactions,
            DecisionSchema schema,
            BiFunction<Node, NodeIdentity, Optional<String>> twins,
            Supplier<TransactionCharacteristics> characteristics,
            Executor workers,
            Timer timer,
            StartGate start) {
        this.transactions = transactions;
        this.start = start;
        this.enlistment = new BranchEnlistment(transactions, schema, twins, characteristics);
        this.pool = new NodePool(node, enlistment, workers, timer);
        enlistment.of(pool);
    }

    /**
     * Opens a connection. Inside a transaction a failure dooms the transaction, unless the node is not required: an
     * application that goes on as if nothing had happened would commit without this node's part.
     *
     * @return a connection
     * @throws SQLException if there is none
     */
    @Override
    public Connection getConnection() throws SQLException {
        return connection(pool.node().settings().required());
    }

    /**
     * Opens a connection for a caller that has an alternative if there is none: a failure leaves the transaction as it
     * is.
     *
     * @return a connection
     * @throws SQLException if there is none
     */
    public Connection tryConnection() throws SQLException {
        return connection(false);
    }

    private Connection connection(boolean required) throws SQLException {
        GlobalTransaction transaction = transaction();
        if (transaction == null) {
            start.await();
            pool.node().readYourWrites().await(() -> false); // Not every query of the driver is a statement's.
            return pool.getConnection();
        }
        try {
            start.await();
            return ConnectionHandle.on(branchIn(transaction));
        } catch (SQLException | RuntimeException | Error e) {
            if (required) {
                transaction.doom(pool.node(), e);
            }
            throw e;
        }
    }

    private @Nullable GlobalTransaction transaction() throws SQLException {
        try {
            return transactions.currentOrBegin();
        } catch (SQLException e) {
            throw pool.isClosed() ? NoConnection.closed(pool.node(), e) : NoConnection.because(pool.node(), e);
        }
    }

    private Branch branchIn(GlobalTransaction transaction) throws SQLException {
        Branch branch = transaction.branchOn(pool.node());
        if (branch == null) {
            enlistment.join(transaction);
            branch = transaction.branchOn(pool.node());
        }
        if (branch == null) {
            throw new SQLException(
                    "the connection to node '%s' did not join the transaction"
                            .formatted(pool.node().name()),
                    "25000");
        }
        return branch;
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException(
                "node '%s' has one role for work; configure another node for another role"
                        .formatted(pool.node().name()));
    }

    /** {@return its pool} */
    public NodePool pool() {
        return pool;
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) throws SQLException {
        throw new SQLFeatureNotSupportedException("the log is SLF4J's");
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        throw new SQLFeatureNotSupportedException("set pool.acquisition-timeout");
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("the log is SLF4J's");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        throw new SQLException("not a wrapper for " + type.getName());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }

    @Override
    public String toString() {
        return "data source of node " + pool.node();
    }
}
