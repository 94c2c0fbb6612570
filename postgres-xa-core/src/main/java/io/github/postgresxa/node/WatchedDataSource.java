package io.github.postgresxa.node;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.ConnectionEventListener;
import javax.sql.StatementEventListener;
import javax.sql.XAConnection;
import javax.transaction.xa.XAResource;
import org.postgresql.core.BaseConnection;
import org.postgresql.xa.PGXADataSource;

/** Where the pool gets its connections from: the driver's, {@link Watched}. The pool makes it itself, so it is public. */
public final class WatchedDataSource extends PGXADataSource {

    private static final long serialVersionUID = 1L;

    /** The pool sets the properties. */
    public WatchedDataSource() {
        // Nothing else.
    }

    @Override
    public XAConnection getXAConnection(String user, String password) throws SQLException {
        PGXADataSource one = new PGXADataSource(); // Its socket factory serves one connection.
        one.setUrl(getUrl());
        return DriverSockets.track(one, sockets -> watch(one.getXAConnection(user, password), sockets));
    }

    private static XAConnection watch(XAConnection driver, DriverSockets sockets) throws SQLException {
        try {
            return new Pooled(driver, sockets);
        } catch (SQLException | RuntimeException | Error e) {
            sockets.close();
            driver.close();
            throw e;
        }
    }

    /** The pool asks for the connection itself, and closes it; nothing else of it is used. */
    private static final class Pooled implements XAConnection {

        private final XAConnection driver;
        private final PhysicalConnection physical;

        private Pooled(XAConnection driver, DriverSockets sockets) throws SQLException {
            this.driver = driver;
            this.physical = new PhysicalConnection(driver.getConnection().unwrap(BaseConnection.class), sockets);
        }

        @Override
        public Connection getConnection() {
            return physical.watched();
        }

        @Override
        public void close() throws SQLException {
            DriverGuard guard = physical.guard();
            if (guard.isClosed() || !guard.isIdle()) {
                guard.destroy(); // Once more, if it failed where the driver broke; or in the middle of a use.
            } else {
                guard.callWithin(DriverWire.PARTING_LIMIT, () -> {
                    driver.close();
                    return null;
                });
            }
        }

        @Override
        public XAResource getXAResource() throws SQLException {
            return driver.getXAResource();
        }

        @Override
        public void addConnectionEventListener(ConnectionEventListener listener) {
            driver.addConnectionEventListener(listener);
        }

        @Override
        public void removeConnectionEventListener(ConnectionEventListener listener) {
            driver.removeConnectionEventListener(listener);
        }

        @Override
        public void addStatementEventListener(StatementEventListener listener) {
            driver.addStatementEventListener(listener);
        }

        @Override
        public void removeStatementEventListener(StatementEventListener listener) {
            driver.removeStatementEventListener(listener);
        }
    }
}
