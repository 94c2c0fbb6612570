package io.github.postgresxa.node;

import java.sql.SQLException;
import java.util.function.Supplier;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/** The port as the PostgreSQL driver provides it. */
final class DriverWire implements Wire {

    private final Supplier<BaseConnection> connection;

    /** @param connection gives the open connection; a pool's is held weakly, because what we know about it hangs on it */
    DriverWire(Supplier<BaseConnection> connection) {
        this.connection = connection;
    }

    @Override
    public Reply send(String sql) {
        return Burst.send(connection(), sql);
    }

    @Override
    public TransactionState state() {
        return connection().getTransactionState();
    }

    @Override
    public boolean isClosed() {
        try {
            return connection().isClosed();
        } catch (SQLException e) {
            return true;
        }
    }

    @Override
    public int backend() {
        return connection().getQueryExecutor().getBackendPID();
    }

    @Override
    public int answerLimit() throws SQLException {
        return connection().getNetworkTimeout();
    }

    @Override
    public void answerLimit(int millis) throws SQLException {
        connection().setNetworkTimeout(Runnable::run, millis);
    }

    @Override
    public boolean readOnly() throws SQLException {
        return connection().isReadOnly();
    }

    @Override
    public boolean beginsReadOnly() {
        return connection().hintReadOnly();
    }

    @Override
    public void readOnly(boolean wanted) throws SQLException {
        connection().setReadOnly(wanted);
    }

    @Override
    public void cancel() throws SQLException {
        connection().cancelQuery();
    }

    @Override
    public void abort() {
        try {
            connection().abort(Runnable::run);
        } catch (SQLException e) {
            throw new IllegalStateException("the driver refused to close a connection", e);
        }
    }

    @Override
    public BaseConnection connection() {
        return connection.get();
    }

    @Override
    public void close() throws SQLException {
        connection().close();
    }
}
