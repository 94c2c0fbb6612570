package io.github.postgresxa.test.fault;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** An application's connection through a proxy. */
final class Client implements AutoCloseable {

    private final Connection connection;

    private Client(Connection connection) {
        this.connection = connection;
    }

    static Client of(FaultProxy proxy) throws SQLException {
        return of(proxy, "application");
    }

    static Client of(FaultProxy proxy, String application) throws SQLException {
        String url = proxy.jdbcUrl() + "&ApplicationName=" + application;
        return new Client(DriverManager.getConnection(
                url, proxy.node().username(), proxy.node().password()));
    }

    Connection connection() {
        return connection;
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** {@return the statement in another thread} */
    CompletableFuture<Void> executing(String sql) {
        return CompletableFuture.runAsync(() -> {
            try {
                execute(sql);
            } catch (SQLException e) {
                throw new CompletionException(e);
            }
        });
    }

    @Override
    public void close() throws SQLException {
        connection.abort(Runnable::run);
    }
}
