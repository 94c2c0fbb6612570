package io.github.postgresxa.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.test.PostgresNode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Checks every session that a pool hands out, and its server: no transaction is open, and they are in step. */
public final class HandedOut {

    private HandedOut() {}

    /**
     * Takes all connections of the pool and checks each.
     *
     * @param xa its pool of that node has no connection in use
     * @param size the pool's size
     */
    public static void isInOrder(PostgresXa xa, PostgresNode node, int size) throws SQLException {
        List<Connection> all = new ArrayList<>();
        try {
            for (int i = 0; i < size; i++) {
                Connection connection = xa.dataSource(node.name()).getConnection();
                all.add(connection);
                isInStep(connection, node, "question " + i);
            }
        } finally {
            for (Connection connection : all) {
                connection.close();
            }
        }
    }

    private static void isInStep(Connection connection, PostgresNode node, String question) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("select '%s', pg_backend_pid()".formatted(question))) {
            assertThat(answer.next()).isTrue();
            assertThat(answer.getString(1)).isEqualTo(question);
            assertThat(node.queryForString("select state from pg_stat_activity where pid = " + answer.getInt(2)))
                    .as("the state of a session that was handed out")
                    .isEqualTo("idle");
        }
    }
}
