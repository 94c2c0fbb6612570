package io.github.postgresxa.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.support.LogLines;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A start that goes on while the nodes are visited promises the same as one that waits for them. */
@PostgresNodes({"east", "west"})
class BackgroundStartIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    @Nested
    @PostgresNodes(value = "plain", settings = "max_prepared_transactions=0")
    class OnAServerThatCannotPrepare {

        @Test
        void isRefusedWhereItIsAwaitedAndGivesNoConnection(PostgresNode plain) {
            assertThat(LogLines.of(PostgresXa.class, () -> refused(plain)))
                    .noneMatch(line -> line.contains("is ready"));
        }
    }

    private static void refused(PostgresNode plain) {
        try (PostgresXa xa = Bank.builder(plain).buildInBackground()) {
            assertThatThrownBy(xa::awaitStart)
                    .isInstanceOfSatisfying(
                            InvalidConfigurationException.class,
                            e -> assertThat(e.problem()).contains("'plain'", "max_prepared_transactions = 0"));
            assertThatThrownBy(() -> xa.dataSource("plain").getConnection())
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("did not start")
                    .hasMessageContaining("max_prepared_transactions = 0");
            assertThatThrownBy(() -> xa.inTransaction(
                            () -> xa.dataSource("plain").getConnection().close()))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("did not start");
        }
    }

    @Test
    void noConnectionIsGivenBeforeAllNodesWereVisited(PostgresNode east, PostgresNode west) throws Exception {
        Bank.open(east, west).close();
        west.pause();
        try (PostgresXa xa = Bank.builder(east, west).buildInBackground()) {
            CompletableFuture<Long> work = CompletableFuture.supplyAsync(() -> balance(xa, "east"));
            Eventually.eventually(SOON, "east is seen", () -> reachable(xa, 0));

            assertThat(work).as("west has not answered").isNotDone();

            west.resume();
            assertThat(work.get(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo(1000);
            xa.awaitStart();
            assertThat(xa.nodes()).allMatch(NodeStatus::reachable);
        } finally {
            west.resume();
        }
    }

    @Test
    void isOverWhenItIsClosedAndLeavesNoSession(PostgresNode east, PostgresNode west) throws Exception {
        Bank.open(east, west).close();
        west.pause();
        assertThat(LogLines.of(PostgresXa.class, () -> closed(east, west)))
                .noneMatch(line -> line.contains("is ready"));
        for (PostgresNode node : List.of(east, west)) {
            Eventually.eventually(SOON, "no session is left", () -> sessions(node) == 0);
        }
    }

    private static void closed(PostgresNode east, PostgresNode west) {
        PostgresXa xa = Bank.builder(east, west).buildInBackground();
        try {
            xa.close();
        } finally {
            west.resume();
        }
        assertThatThrownBy(xa::awaitStart).hasMessageContaining("closed");
        assertThatThrownBy(() -> xa.dataSource("east").getConnection()).isInstanceOf(SQLException.class);
    }

    private static boolean reachable(PostgresXa xa, int node) {
        return xa.nodes().get(node).reachable();
    }

    private static long sessions(PostgresNode node) {
        return node.queryForLong("select count(*) from pg_stat_activity where application_name like 'postgres-xa%'");
    }

    private static long balance(PostgresXa xa, String node) {
        try (Connection connection = xa.dataSource(node).getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select balance from account where id = 1")) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
