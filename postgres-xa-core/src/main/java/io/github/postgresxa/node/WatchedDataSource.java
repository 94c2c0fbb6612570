package io.github.postgresxa.node;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.ConnectionEventListener;
import javax.sql.StatementEventListener;
import javax.sql.XAConnection;
import javax.transaction.xa.XAResource;
import org.postgresql.core.BaseConnection;
import org.postgresql.xa.PGXADataSource;

/** Provides the pool's connections: the driver's, {@link Watched}. It is public because the pool creates it. */
public final class WatchedDataSource extends PGXADataSource {

    private static final long serialVersionUID = 1L;

    /** Creates a source; the pool sets its properties. */
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

    /**
     * The XA connection that the pool requires. The pool gets the connection from it and closes it; nothing else is
     * used.
     */
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
            physical.answerLimit().forget();
            DriverGuard guard = physical.guard();
            if (guard.isClosed() || !guard.isIdle()) {
                guard.destroy(); // Once more, if it failed where the driver failed, or in the middle of a use.
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
