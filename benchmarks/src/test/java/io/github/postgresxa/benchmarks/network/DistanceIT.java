package io.github.postgresxa.benchmarks.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Every byte arrives, and none too early. How late it can be depends on the machine. */
@PostgresNodes("n1")
class DistanceIT {

    private static final Duration ROUND_TRIP = Duration.ofMillis(4);

    private final Distance distance = new Distance(ROUND_TRIP);

    private Connection far(PostgresNode node) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:%d/%s?sslmode=disable&gssEncMode=disable"
                        .formatted(distance.to(node), node.database()),
                node.username(),
                node.password());
    }

    @Test
    void aRoundTripTakesTheDistance(PostgresNode n1) throws Exception {
        try (distance;
                Connection connection = far(n1);
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < 10; i++) {
                long began = System.nanoTime();
                statement.execute("select 1");
                assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(ROUND_TRIP);
            }
        }
    }

    @Test
    void everyByteArrives(PostgresNode n1) throws Exception {
        String much = "x".repeat(1_000_000);
        try (distance;
                Connection connection = far(n1);
                PreparedStatement statement = connection.prepareStatement("select ? || 'y'")) {
            statement.setString(1, much);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                assertThat(rows.getString(1)).isEqualTo(much + "y");
            }
        }
    }

    @Test
    void theEndOfAConnectionArrives(PostgresNode n1) throws Exception {
        try (distance) {
            Connection connection = far(n1);
            int pid;
            try (ResultSet rows = connection.createStatement().executeQuery("select pg_backend_pid()")) {
                rows.next();
                pid = rows.getInt(1);
            }
            connection.close();
            while (n1.queryForLong("select count(*) from pg_stat_activity where pid = ?", pid) > 0) {
                Thread.sleep(10);
            }
        }
    }
}
