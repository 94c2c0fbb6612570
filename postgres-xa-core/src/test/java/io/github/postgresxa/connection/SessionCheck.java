package io.github.postgresxa.connection;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.test.PostgresNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.postgresql.PGConnection;

/** Checks every session that a pool hands out: no transaction is open, and each answer belongs to its question. */
public final class SessionCheck implements AutoCloseable {

    private final Map<PostgresNode, Connection> lookers = new LinkedHashMap<>();

    public SessionCheck(List<PostgresNode> nodes) throws SQLException {
        for (PostgresNode node : nodes) {
            lookers.put(node, node.connect());
        }
    }

    /** {@return what is wrong with the sessions that the pools hand out now; empty if nothing is} */
    public List<String> faults(PostgresXa xa) throws SQLException {
        List<String> faults = new ArrayList<>();
        for (PostgresNode node : lookers.keySet()) {
            List<Connection> taken = new ArrayList<>();
            try {
                do {
                    Connection connection = xa.dataSource(node.name()).getConnection();
                    taken.add(connection);
                    ask(node, connection, faults);
                } while (taken.size() < xa.pool(node.name()).open());
            } catch (SQLException | RuntimeException | Error e) {
                faults.add("a session of %s that was handed out failed: %s".formatted(node.name(), e));
            } finally {
                for (Connection connection : taken) {
                    connection.close();
                }
            }
        }
        return faults;
    }

    private void ask(PostgresNode node, Connection connection, List<String> faults) throws SQLException {
        int backend = connection.unwrap(PGConnection.class).getBackendPID();
        String state = state(node, backend);
        if (!state.equals("idle")) {
            faults.add("session %d of %s was handed out %s".formatted(backend, node.name(), state));
        }
        if (!connection.getAutoCommit() || connection.isReadOnly()) {
            faults.add(
                    "session %d of %s was handed out with settings of its last user".formatted(backend, node.name()));
        }
        try (Statement statement = connection.createStatement()) {
            for (int i = 0; i < 2; i++) {
                long question = ThreadLocalRandom.current().nextLong();
                try (ResultSet rows = statement.executeQuery(
                        "select '%d'::int8, pg_current_xact_id_if_assigned() is null".formatted(question))) {
                    rows.next();
                    if (rows.getLong(1) != question) {
                        faults.add(
                                "session %d of %s gave the answer to another question".formatted(backend, node.name()));
                    }
                    if (!rows.getBoolean(2)) {
                        faults.add("session %d of %s owns an xid".formatted(backend, node.name()));
                    }
                }
            }
        }
    }

    private String state(PostgresNode node, int backend) throws SQLException {
        try (PreparedStatement look = Objects.requireNonNull(lookers.get(node))
                .prepareStatement(
                        "select coalesce(string_agg(state, ', '), 'gone') from pg_stat_activity where pid = ?")) {
            look.setInt(1, backend);
            try (ResultSet row = look.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    /** {@return how many sessions of an application are in a transaction or execute a statement} */
    public long inTransaction(String application) throws SQLException {
        long count = 0;
        for (Connection looker : lookers.values()) {
            try (PreparedStatement look = looker.prepareStatement(
                    "select count(*) from pg_stat_activity" + " where application_name = ? and state <> 'idle'")) {
                look.setString(1, application);
                try (ResultSet row = look.executeQuery()) {
                    row.next();
                    count += row.getLong(1);
                }
            }
        }
        return count;
    }

    @Override
    public void close() throws SQLException {
        for (Connection looker : lookers.values()) {
            looker.close();
        }
    }
}
