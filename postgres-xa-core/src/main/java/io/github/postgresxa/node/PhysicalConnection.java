package io.github.postgresxa.node;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/** One connection of the driver, with what watches over it for as long as it lives. */
final class PhysicalConnection {

    private final BaseConnection driver;
    private final DriverGuard guard;
    private final SessionSettings settings;
    private final Connection watched;
    private final AtomicLong use = new AtomicLong();
    private volatile boolean handedOut;
    private volatile UseCheck useCheck = UseCheck.NONE;
    private @Nullable Session session;

    /**
     * @param driver an open connection in no transaction, as the driver has made it
     * @param sockets what it is made of
     * @throws SQLException if it is broken
     */
    PhysicalConnection(BaseConnection driver, DriverSockets sockets) throws SQLException {
        this.driver = driver;
        this.guard = new DriverGuard(driver, sockets);
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

    /** {@return the pool's connection: each call is watched, and it is the only object that outlives a use} */
    Connection watched() {
        return watched;
    }

    /** The application has got an object of the driver that is not watched. It can be kept, and do anything. */
    void handOut() {
        handedOut = true;
    }

    /** {@return the number of the use that is under way, or begins next} */
    long use() {
        return use.get();
    }

    /**
     * Before the session changes hands: whatever was made in this use, and may have been kept, is refused from now on.
     *
     * @return whether nothing can reach the server past that: nothing runs now, and no object of the driver is out
     */
    boolean endUse() {
        use.incrementAndGet();
        return guard.isIdle() && !handedOut;
    }

    /**
     * @param made the use in which an object was made
     * @throws SQLException if that has ended
     */
    void refuseUnlessIn(long made) throws SQLException {
        if (made != use.get()) {
            throw guard.useHasEnded();
        }
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
     * {@return whether it is in no transaction, as it came back} What an application has kept is refused, so nothing
     * can have begun one. No round trip.
     */
    boolean isAsReturned() throws SQLException {
        return driver.getTransactionState() == TransactionState.IDLE && driver.getAutoCommit();
    }

    /**
     * @param made the use in which an object was made
     * @param call a call of that object
     * @return its result
     * @throws SQLException what it throws, or that the use has ended
     */
    <T> @Nullable T inUse(long made, DriverGuard.Call<T, SQLException> call) throws SQLException {
        refuseUnlessIn(made);
        return guard.<T, SQLException>call(() -> {
            refuseUnlessIn(made); // Once more: from here on the end of the use sees this call.
            return call.run();
        });
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
