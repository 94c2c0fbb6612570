package io.github.postgresxa.test;

import io.github.postgresxa.test.server.Server;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A database of a server. Several nodes can share a server, one after the other or nested. */
class ServerNode implements PostgresNode {
    private static final String PREPARED = """
            select gid, owner::text, database::text, prepared
            from pg_prepared_xacts
            order by prepared, gid
            """;

    private final String name;
    private final Server server;
    private final String database;

    ServerNode(String name, Server server, String database) {
        this.name = name;
        this.server = server;
        this.database = database;
    }

    /** {@return the same server, seen from another of its databases} */
    ServerNode in(String otherDatabase) {
        return new ServerNode(name, server, otherDatabase);
    }

    /** {@return the database that is always there: for work on the server as a whole} */
    ServerNode maintenance() {
        return in("postgres");
    }

    @Override
    public List<PreparedTransaction> preparedTransactions() {
        return maintenance().ask(PREPARED, new Object[0], rows -> {
            var found = new ArrayList<PreparedTransaction>();
            while (rows.next()) {
                found.add(new PreparedTransaction(
                        rows.getString("gid"),
                        rows.getString("owner"),
                        rows.getString("database"),
                        rows.getObject("prepared", OffsetDateTime.class).toInstant()));
            }
            return List.copyOf(found);
        });
    }

    @Override
    public void execute(String... statements) {
        try (var connection = connect();
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw failed(String.join("; ", statements), e);
        }
    }

    @Override
    public long queryForLong(String query, Object... parameters) {
        return ask(query, parameters, rows -> single(rows).getLong(1));
    }

    @Override
    public String queryForString(String query, Object... parameters) {
        return ask(
                query,
                parameters,
                rows -> Objects.requireNonNullElse(single(rows).getString(1), ""));
    }

    private <T> T ask(String query, Object[] parameters, Answer<T> answer) {
        try (var connection = connect();
                var statement = connection.prepareStatement(query)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (var rows = statement.executeQuery()) {
                return answer.read(rows);
            }
        } catch (SQLException e) {
            throw failed(query, e);
        }
    }

    private static ResultSet single(ResultSet rows) throws SQLException {
        if (!rows.next()) {
            throw new SQLException("the query gives no row, and one is expected");
        }
        return rows;
    }

    private IllegalStateException failed(String sql, SQLException e) {
        return new IllegalStateException("node '%s': %s: %s".formatted(name, sql.strip(), e.getMessage()), e);
    }

    @FunctionalInterface
    private interface Answer<T> {
        T read(ResultSet rows) throws SQLException;
    }

    @Override
    public Connection connect() throws SQLException {
        return server.connect(database);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String jdbcUrl() {
        return server.jdbcUrl(database);
    }

    @Override
    public String database() {
        return database;
    }

    @Override
    public String username() {
        return server.username();
    }

    @Override
    public String password() {
        return server.password();
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public Optional<Path> dataDirectory() {
        return server.dataDirectory();
    }

    @Override
    public void start() {
        server.start();
    }

    @Override
    public void stop() {
        server.stop();
    }

    @Override
    public void kill() {
        server.kill();
    }

    @Override
    public void pause() {
        server.pause();
    }

    @Override
    public void resume() {
        server.resume();
    }

    @Override
    public boolean isRunning() {
        return server.isRunning();
    }

    @Override
    public String toString() {
        return "node '%s' (%s)".formatted(name, jdbcUrl());
    }
}
