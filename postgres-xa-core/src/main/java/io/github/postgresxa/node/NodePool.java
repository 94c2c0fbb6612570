package io.github.postgresxa.node;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.AgroalDataSource.FlushMode;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration.ExceptionSorter;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.agroal.api.transaction.TransactionAware;
import io.agroal.api.transaction.TransactionIntegration;
import io.github.postgresxa.PoolSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One node's connection pool: Agroal over {@link WatchedDataSource}. It is made when it is first used: it has a thread of its own, which an idle node does not need. */
public final class NodePool implements AutoCloseable {

    private static final int SIGN_OF_LIFE_LIMIT = 5;

    /** Looks at each session before it is handed out. Only a test sets it. */
    static volatile Consumer<Session> inspection = session -> {};

    private final Node node;
    private final TransactionIntegration integration;
    private final ConnectionHandoff handoff;
    private volatile @Nullable AgroalDataSource agroal;
    private volatile boolean closed;
    private volatile long suspectedAt = System.nanoTime();

    /**
     * @param node the node
     * @param integration is told of every connection that is handed out and of every one that comes back
     * @param workers runs what the pool does in the background
     */
    public NodePool(Node node, TransactionIntegration integration, Executor workers) {
        this.node = node;
        this.integration = integration;
        this.handoff = new ConnectionHandoff(workers);
        if (node.settings().pool().minSize() > 0) {
            try {
                make(); // These connections are wanted from the beginning.
            } catch (SQLException e) {
                throw new IllegalStateException("the pool of node '%s' could not be set up".formatted(node.name()), e);
            }
        }
    }

    private AgroalDataSource pool() throws SQLException {
        AgroalDataSource made = agroal;
        return made == null ? make() : made;
    }

    private synchronized AgroalDataSource make() throws SQLException {
        AgroalDataSource made = agroal;
        if (made != null) {
            return made;
        }
        if (closed) {
            throw NoConnection.closed(node, null);
        }
        made = AgroalDataSource.from(configuration(node, integration), new PoolLog(node.name()), handoff);
        handoff.of(made);
        agroal = made;
        return made;
    }

    private AgroalDataSourceConfigurationSupplier configuration(Node node, TransactionIntegration integration) {
        PoolSettings pool = node.settings().pool();
        String username = node.settings().username();
        String password = node.settings().password();
        return new AgroalDataSourceConfigurationSupplier()
                .metricsEnabled(true)
                .connectionPoolConfiguration(c -> c.maxSize(pool.maxSize())
                        .minSize(pool.minSize())
                        .initialSize(pool.minSize())
                        .acquisitionTimeout(pool.acquisitionTimeout())
                        .reapTimeout(pool.idleTimeout())
                        .maxLifetime(pool.maxLifetime())
                        .validateOnBorrow(true) // costs a round trip only where a connection is old or under suspicion
                        .connectionValidator(this::isUsable)
                        .establishmentRetryAttempts(0) // The caller may hold locks on other nodes: it is told at once.
                        .recoveryEnable(false) // recovery has connections of its own
                        .exceptionSorter(new ConnectionLost())
                        .transactionIntegration(integration)
                        .connectionCache(handoff)
                        .connectionFactoryConfiguration(f -> {
                            f.connectionProviderClass(WatchedDataSource.class)
                                    .jdbcUrl(node.poolUrl())
                                    .loginTimeout(node.loginTimeout());
                            if (username != null) {
                                f.principal(new NamePrincipal(username));
                            }
                            if (password != null) {
                                f.credential(new SimplePassword(password));
                            }
                            return f;
                        }));
    }

    /** {@return the node} */
    public Node node() {
        return node;
    }

    /**
     * @return a connection from the pool
     * @throws SQLException if none is free in time or the node does not answer; it names the node and says what to do
     */
    public Connection getConnection() throws SQLException {
        handoff.asked();
        try {
            return pool().getConnection();
        } catch (SQLException | RuntimeException e) {
            throw NoConnection.explain(node, e, active());
        } finally {
            handoff.answered();
        }
    }

    /**
     * @param aware the pool's handle on a physical connection
     * @return what we know about that connection
     * @throws SQLException if it is broken
     */
    public Session session(TransactionAware aware) throws SQLException {
        return PhysicalConnection.of((Connection) aware.getConnection()).session(node);
    }

    /**
     * @param aware the pool's handle on a physical connection
     * @param check asked from now on before something is executed on it
     * @throws SQLException if it is broken
     */
    public void check(TransactionAware aware, UseCheck check) throws SQLException {
        PhysicalConnection.of((Connection) aware.getConnection()).check(check);
    }

    /** A connection of this node turned out to be broken. Probably the others are, too: each is asked before it is handed out again. */
    public void suspectAll() {
        suspectedAt = System.nanoTime();
        AgroalDataSource made = agroal;
        if (made != null) {
            made.flush(FlushMode.INVALID);
        }
    }

    private boolean isUsable(Connection pooled) {
        try {
            PhysicalConnection physical = PhysicalConnection.of(pooled);
            if (physical.guard().isClosed() || !physical.isAsReturned()) {
                return false;
            }
            physical.guard().call(() -> {
                physical.settings().check();
                return null;
            });
            Session session = physical.session();
            boolean usable = session != null
                            && session.usedSince(
                                    suspectedAt, node.settings().pool().validationIdle())
                    || physical.watched().isValid(SIGN_OF_LIFE_LIMIT);
            if (usable) {
                inspection.accept(physical.session(node));
            }
            return usable;
        } catch (SQLException | RuntimeException | Error e) {
            return false;
        }
    }

    /** {@return whether it gives no connection any more} */
    public boolean isClosed() {
        return closed;
    }

    /** {@return connections in use} */
    public int active() {
        AgroalDataSource made = agroal;
        return made == null ? 0 : (int) made.getMetrics().activeCount();
    }

    /** {@return connections open} */
    public int open() {
        AgroalDataSource made = agroal;
        return made == null
                ? 0
                : (int) (made.getMetrics().activeCount() + made.getMetrics().availableCount());
    }

    @Override
    public synchronized void close() {
        closed = true;
        AgroalDataSource made = agroal;
        if (made != null) {
            made.close();
        }
    }

    /** Errors after which a physical connection is not used again. */
    private static final class ConnectionLost implements ExceptionSorter {

        @Override
        public boolean isFatal(SQLException e) {
            String state = e.getSQLState();
            return state != null && (state.startsWith("08") || state.startsWith("57P") || state.startsWith("25P03"));
        }
    }
}
