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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One node's connection pool: Agroal over {@link WatchedDataSource}. It is created on first use, because it has its own
 * thread, which an idle node does not need.
 */
public final class NodePool implements AutoCloseable {

    private static final int SIGN_OF_LIFE_LIMIT = 5;

    /** Inspects each session before it is handed out. Only a test sets it. */
    static volatile Consumer<Session> inspection = session -> {};

    private final Node node;
    private final TransactionIntegration integration;
    private final ConnectionHandoff handoff;
    private final Map<TransactionAware, PhysicalConnection> physicals = new ConcurrentHashMap<>();
    private volatile @Nullable AgroalDataSource agroal;
    private volatile boolean closed;
    private volatile long suspectedAt = System.nanoTime();

    /**
     * Creates a pool that opens no connection yet, unless {@code minSize} is above 0.
     *
     * @param node the node
     * @param integration receives every connection that is handed out and every one that is returned
     * @param workers runs the pool's background tasks
     * @param timer plans them
     * @throws io.github.postgresxa.InvalidConfigurationException if the jars of the pool do not fit
     */
    public NodePool(Node node, TransactionIntegration integration, Executor workers, Timer timer) {
        AgroalJars.check();
        this.node = node;
        this.integration = integration;
        this.handoff = new ConnectionHandoff(workers, timer);
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
                .connectionPoolConfiguration(c -> AgroalJars.failAtOnce(c)
                        .maxSize(pool.maxSize())
                        .minSize(pool.minSize())
                        .initialSize(pool.minSize())
                        .acquisitionTimeout(pool.acquisitionTimeout())
                        .reapTimeout(pool.idleTimeout())
                        .maxLifetime(pool.maxLifetime())
                        .validateOnBorrow(true) // Costs a round trip only where a connection is old or under suspicion.
                        .connectionValidator(this::isUsable)
                        .recoveryEnable(false) // Recovery has its own connections.
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
     * Takes a connection from the pool.
     *
     * @return the connection
     * @throws SQLException if none is free in time or the node does not answer; it names the node and says what to do
     */
    public Connection getConnection() throws SQLException {
        handoff.asked();
        try {
            return pool().getConnection();
        } catch (SQLException | RuntimeException e) {
            node.experience().missed();
            throw NoConnection.explain(node, e, active());
        } finally {
            handoff.answered();
        }
    }

    /**
     * Returns the session of a physical connection.
     *
     * @param aware the pool's handle on the connection
     * @return its session
     * @throws SQLException if it is broken
     */
    public Session session(TransactionAware aware) throws SQLException {
        return physical(aware).session(node);
    }

    /**
     * Sets the check before each use of a physical connection.
     *
     * @param aware the pool's handle on the connection
     * @param check called from now on before something is executed on it
     * @throws SQLException if it is broken
     */
    public void check(TransactionAware aware, UseCheck check) throws SQLException {
        physical(aware).check(check);
    }

    /**
     * Switches auto-commit off for a transaction. The pool would do it by itself, over a proxy, and once more to switch
     * it back, which {@link Session#makeReady} does.
     *
     * @param aware the pool's handle on the connection
     * @throws SQLException if it is broken
     */
    public void switchAutoCommitOff(TransactionAware aware) throws SQLException {
        PhysicalConnection physical = physical(aware);
        physical.guard().call(() -> {
            physical.driver().setAutoCommit(false);
            return null;
        });
    }

    /** {@return what is behind the pool's handle, which is the same for as long as it lives} */
    private PhysicalConnection physical(TransactionAware aware) throws SQLException {
        PhysicalConnection known = physicals.get(aware);
        if (known != null) {
            return known;
        }
        PhysicalConnection found = PhysicalConnection.of((Connection) aware.getConnection());
        physicals.values().removeIf(p -> p.guard().isClosed());
        physicals.put(aware, found);
        return found;
    }

    /**
     * Marks every connection as suspect, after one of this node turned out to be broken. Each is validated before it is
     * handed out again.
     */
    public void suspectAll() {
        suspectedAt = System.nanoTime();
        node.experience().missed();
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

    /** {@return whether it gives no more connections} */
    public boolean isClosed() {
        return closed;
    }

    /** {@return the number of connections in use} */
    public int active() {
        AgroalDataSource made = agroal;
        return made == null ? 0 : (int) made.getMetrics().activeCount();
    }

    /** {@return the number of open connections} */
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
        physicals.clear();
    }

    /** Sorts the errors after which a physical connection is not used again. */
    private static final class ConnectionLost implements ExceptionSorter {

        @Override
        public boolean isFatal(SQLException e) {
            String state = e.getSQLState();
            return state != null && (state.startsWith("08") || state.startsWith("57P") || state.startsWith("25P03"));
        }
    }
}
