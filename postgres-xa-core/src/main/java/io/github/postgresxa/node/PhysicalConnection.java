package io.github.postgresxa.node;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/** One connection of the driver, with what watches over it for as long as it lives. */
final class PhysicalConnection {

    private final BaseConnection driver;
    private final DriverGuard guard;
    private final SessionSettings settings;
    private final Connection watched;
    private volatile boolean handedOut;
    private volatile UseCheck useCheck = UseCheck.NONE;
    private @Nullable Session session;

    /**
     * @param driver an open connection in no transaction, as the driver has made it
     * @throws SQLException if it is broken
     */
    PhysicalConnection(BaseConnection driver) throws SQLException {
        this.driver = driver;
        this.guard = new DriverGuard(driver);
        this.settings = new SessionSettings(driver);
        this.watched = Watched.connection(this);
    }

    /**
     * @param pooled the pool's wrapper around a connection of {@link WatchedDataSource}
     * @return what is behind it
     * @throws SQLException if it is closed
     */
    static PhysicalConnection of(Connection pooled) throws SQLException {
        return pooled.unwrap(PhysicalConnection.class);
    }

    /** {@return the driver's own object; calls that may reach the server go through the guard} */
    BaseConnection driver() {
        return driver;
    }

    DriverGuard guard() {
        return guard;
    }

    SessionSettings settings() {
        return settings;
    }

    /** {@return the connection as everybody above gets it: each call is watched} */
    Connection watched() {
        return watched;
    }

    /** The application has got an object of the driver that is not watched. From now on nobody knows what it does. */
    void handOut() {
        handedOut = true;
    }

    /** @param check asked from now on before something is executed */
    void check(UseCheck check) {
        useCheck = check;
    }

    UseCheck useCheck() {
        return useCheck;
    }

    boolean isHandedOut() {
        return handedOut;
    }

    /**
     * {@return whether it is in no transaction, as it came back} Whoever kept an object from below the pool
     * ({@code DatabaseMetaData.getConnection()}, or the driver's own) can begin one afterwards. No round trip.
     */
    boolean isAsReturned() throws SQLException {
        return driver.getTransactionState() == TransactionState.IDLE && driver.getAutoCommit();
    }

    /** {@return what we know about it on that node} */
    synchronized Session session(Node node) {
        Session known = session;
        if (known == null) {
            known = new Session(node, new DriverWire(this));
            guard.node(node.name());
            session = known;
        }
        return known;
    }

    /** {@return the same, null if it was never used} */
    synchronized @Nullable Session session() {
        return session;
    }

    @Override
    public String toString() {
        return driver.toString();
    }
}
