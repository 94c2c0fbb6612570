package io.github.postgresxa.cdi.naming;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.cdi.lifecycle.RunningApplications;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A node of the application whose thread asks. It is found for each connection, so it outlives a redeployment. */
final class NodeOfApplication implements DataSource {

    private final String node;

    NodeOfApplication(String node) {
        this.node = node;
    }

    private DataSource here() throws SQLException {
        PostgresXa xa = RunningApplications.ofThread()
                .orElseThrow(() -> new SQLException(("There is no connection to the node '%s': postgres-xa does not run"
                                + " in the application of this thread. It has not started yet, has ended, or the"
                                + " application has a copy of its own in WEB-INF/lib: leave that out. A persistence"
                                + " unit must not ask for a connection while it is deployed.")
                        .formatted(node)));
        try {
            return xa.dataSource(node);
        } catch (IllegalArgumentException e) {
            throw new SQLException(e.getMessage(), e);
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        return here().getConnection();
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        return here().getConnection(username, password);
    }

    @Override
    public @Nullable PrintWriter getLogWriter() throws SQLException {
        return here().getLogWriter();
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) throws SQLException {
        here().setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        here().setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return here().getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("The log is SLF4J's.");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return type.isInstance(this) ? type.cast(this) : here().unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || here().isWrapperFor(type);
    }
}
