package io.github.postgresxa.reliability.matrix;

import io.github.postgresxa.PostgresXa;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Queries each session that the pools of an application hand out: it must be in no transaction and must return the
 * answer to this query.
 */
final class SessionInquiry {

    private final PostgresXa xa;
    private final List<String> nodes;

    SessionInquiry(PostgresXa xa, List<String> nodes) {
        this.xa = xa;
        this.nodes = nodes;
    }

    /** {@return what is wrong, in one line; empty if nothing is. A lost connection does not count} */
    String faults() {
        List<String> faults = new ArrayList<>();
        for (String node : nodes) {
            List<Connection> taken = new ArrayList<>();
            try {
                do {
                    Connection connection = xa.dataSource(node).getConnection();
                    taken.add(connection);
                    ask(node, connection, faults);
                } while (taken.size() < xa.pool(node).open());
            } catch (SQLException lost) {
                System.err.println("a session of " + node + " is lost: " + lost);
            } catch (RuntimeException | Error e) {
                faults.add("a session of %s failed: %s".formatted(node, e));
            } finally {
                taken.forEach(SessionInquiry::close);
            }
        }
        return String.join("; ", faults).replaceAll("\\s+", " ");
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException lost) {
            System.err.println(lost);
        }
    }

    /** Two statements of one transaction have one {@code now()}, whatever state the driver believes them to be in. */
    private static void ask(String node, Connection connection, List<String> faults) throws SQLException {
        List<String> began = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            long question = ThreadLocalRandom.current().nextLong();
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(("select '%d'::int8, extract(epoch from now())::text, "
                                    + "pg_current_xact_id_if_assigned() is null")
                            .formatted(question))) {
                rows.next();
                if (rows.getLong(1) != question) {
                    faults.add("a session of %s gave the answer to another question".formatted(node));
                }
                if (!rows.getBoolean(3)) {
                    faults.add("a session of %s owns an xid".formatted(node));
                }
                began.add(rows.getString(2));
            }
        }
        if (began.get(0).equals(began.get(1))) {
            faults.add("a session of %s is in a transaction".formatted(node));
        }
    }
}
