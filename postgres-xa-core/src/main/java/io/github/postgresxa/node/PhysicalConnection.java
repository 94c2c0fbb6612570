package io.github.postgresxa.node;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/** One connection of the driver, with its guard, for as long as it lives. */
final class PhysicalConnection {

    private final BaseConnection driver;
    private final DriverGuard guard;
    private final AnswerLimit answerLimit;
    private final SessionSettings settings;
    private final Connection watched;
    private final AtomicLong use = new AtomicLong();
    private volatile boolean handedOut;
    private volatile UseCheck useCheck = UseCheck.NONE;
    private @Nullable Session session;

    /**
     * Wraps a connection of the driver.
     *
     * @param driver an open connection in no transaction, as the driver created it
     * @param sockets its sockets
     * @throws SQLException if it is broken
     */
    PhysicalConnection(BaseConnection driver, DriverSockets sockets) throws SQLException {
        this.driver = driver;
        this.guard = new DriverGuard(driver, sockets);
        this.answerLimit = new AnswerLimit(guard);
        this.settings = new SessionSettings(driver);
        this.watched = Watched.connection(this);
    }

    /**
     * Returns the physical connection behind a pooled one.
     *
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

    AnswerLimit answerLimit() {
        return answerLimit;
    }

    SessionSettings settings() {
        return settings;
    }

    /** {@return the pool's connection: each call is watched, and no other object outlives a use} */
    Connection watched() {
        return watched;
    }

    /** Notes that the application has got an unwatched object of the driver. It can keep it and do anything with it. */
    void handOut() {
        handedOut = true;
    }

    /** {@return the number of the current use, or of the next one} */
    long use() {
        return use.get();
    }

    /**
     * Ends a use, before the session changes hands. Objects that were created in it, and may have been kept, are
     * refused from now on.
     *
     * @return whether nothing can bypass that: no call runs now, and no object of the driver is out
     */
    boolean endUse() {
        use.incrementAndGet();
        return guard.isIdle() && !handedOut;
    }

    /**
     * Fails if a use has ended.
     *
     * @param made the use in which an object was created
     * @throws SQLException if that use has ended
     */
    void refuseUnlessIn(long made) throws SQLException {
        if (made != use.get()) {
            throw guard.useHasEnded();
        }
    }

    /**
     * Sets the check before each use.
     *
     * @param check called from now on before something is executed
     */
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
     * {@return whether it is in no transaction, as when it was returned} Objects that an application has kept are
     * refused, so none can have begun one. No round trip.
     */
    boolean isAsReturned() throws SQLException {
        return driver.getTransactionState() == TransactionState.IDLE && driver.getAutoCommit();
    }

    /**
     * Calls an object of the driver, unless its use has ended.
     *
     * @param made the use in which the object was created
     * @param call a call of that object
     * @return its result
     * @throws SQLException what it throws, or that the use has ended
     */
    <T> @Nullable T inUse(long made, DriverGuard.Call<T, SQLException> call) throws SQLException {
        refuseUnlessIn(made);
        return guard.<T, SQLException>call(() -> {
            refuseUnlessIn(made); // Once more: from here on, the end of the use sees this call.
            return call.run();
        });
    }

    /** {@return its session on that node, created on first use} */
    synchronized Session session(Node node) {
        Session known = session;
        if (known == null) {
            known = new Session(node, new DriverWire(this));
            guard.node(node.name());
            session = known;
        }
        return known;
    }

    /** {@return its session, null if it was never used} */
    synchronized @Nullable Session session() {
        return session;
    }

    @Override
    public String toString() {
        return driver.toString();
    }
}
