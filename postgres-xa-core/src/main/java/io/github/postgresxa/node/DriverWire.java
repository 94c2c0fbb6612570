package io.github.postgresxa.node;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/** The port over the PostgreSQL driver. */
final class DriverWire implements Wire {

    /** The longest time that a goodbye takes, in milliseconds. */
    static final int PARTING_LIMIT = 3_000;

    /**
     * The limit of a cancel request, in milliseconds. The URL limits each of its steps, and can leave them unlimited.
     */
    private static final int CANCEL_LIMIT = 5_000;

    private final PhysicalConnection physical;
    private final DriverGuard guard;
    private final BaseConnection driver;

    /**
     * Creates the port of a connection.
     *
     * @param physical an open connection
     */
    DriverWire(PhysicalConnection physical) {
        this.physical = physical;
        this.guard = physical.guard();
        this.driver = physical.driver();
    }

    @Override
    public Reply send(String sql) {
        return SimpleQuery.send(physical, sql);
    }

    @Override
    public TransactionState state() {
        return guard.fault() == null ? driver.getTransactionState() : TransactionState.FAILED;
    }

    @Override
    public boolean isClosed() {
        return guard.isClosed();
    }

    @Override
    public @Nullable Throwable fault() {
        return guard.fault();
    }

    @Override
    public int backend() {
        return driver.getQueryExecutor().getBackendPID();
    }

    @Override
    public int answerLimit() {
        return physical.answerLimit().millis();
    }

    /** Also replaces a timeout on the socket, from the URL or the application: that may be too short for a verb. */
    @Override
    public void answerLimit(int millis) throws SQLException {
        physical.answerLimit().millis(millis);
        if (driver.getNetworkTimeout() != 0) {
            guard.call(() -> {
                driver.setNetworkTimeout(Runnable::run, millis);
                return null;
            });
        }
    }

    @Override
    public boolean readOnly() throws SQLException {
        return driver.isReadOnly();
    }

    @Override
    public boolean beginsReadOnly() {
        return driver.hintReadOnly();
    }

    @Override
    public void readOnly(boolean wanted) throws SQLException {
        guard.call(() -> {
            driver.setReadOnly(wanted);
            return null;
        });
    }

    @Override
    public boolean isHandedOut() {
        return physical.isHandedOut();
    }

    @Override
    public boolean endUse() {
        return physical.endUse();
    }

    @Override
    public void reset(boolean everything) throws SQLException {
        SessionSettings settings = physical.settings();
        String undo = settings.undo(everything);
        if (!undo.isEmpty()) {
            send(undo).orThrow();
        }
        guard.call(() -> {
            settings.putBack();
            return null;
        });
        physical.answerLimit().millis(0);
    }

    @Override
    public void cancel() throws SQLException {
        guard.callWithin(CANCEL_LIMIT, () -> {
            driver.cancelQuery();
            return null;
        });
    }

    @Override
    public void abort() {
        guard.destroy();
    }

    @Override
    public Connection connection() {
        return physical.watched();
    }

    @Override
    public void close() throws SQLException {
        if (guard.isClosed()) {
            physical.answerLimit().forget();
            return;
        }
        try {
            guard.callWithin(PARTING_LIMIT, () -> {
                driver.close();
                return null;
            });
        } catch (RuntimeException | Error e) {
            throw guard.refusal(e); // What was answered before has to reach the caller.
        } finally {
            physical.answerLimit().forget();
        }
    }
}
