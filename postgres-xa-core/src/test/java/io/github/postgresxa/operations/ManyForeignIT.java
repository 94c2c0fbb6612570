package io.github.postgresxa.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Another application has left very many prepared transactions on a server. Scans stay bounded, and our
 * transactions go on. {@code -Dforeign.count=100000} makes more. PostgreSQL itself then needs minutes to prepare
 * them, because it compares each name with all others.
 */
@PostgresNodes({"east", "west"})
class ManyForeignIT {

    private static final int MANY = Integer.getInteger("foreign.count", 20_000);
    private static final int AT_ONCE = 1_000;

    private static PostgresNode west;

    @BeforeAll
    static void leaveThem(PostgresNode east, PostgresNode west) throws SQLException {
        ManyForeignIT.west = west;
        west.execute(
                "alter system set max_prepared_transactions = " + (MANY + 1_000),
                "alter system set max_locks_per_transaction = 10",
                // Only here: it takes minutes otherwise, and no crash is tested.
                "alter system set fsync = off");
        west.restart();
        try (Connection c = west.connect();
                Statement s = c.createStatement()) {
            for (int i = 0; i < MANY; i += AT_ONCE) {
                StringBuilder sql = new StringBuilder();
                for (int j = i; j < i + AT_ONCE; j++) {
                    sql.append(
                            "begin; select pg_current_xact_id(); prepare transaction 'left behind %06d';".formatted(j));
                }
                s.execute(sql.toString());
            }
        }
    }

    /** Faster than to end them one by one. */
    @AfterAll
    static void forget() throws SQLException {
        try (Connection c = west.connect();
                Statement s = c.createStatement()) {
            for (int i = 0; i < MANY; i += AT_ONCE) {
                StringBuilder sql = new StringBuilder();
                for (int j = i; j < i + AT_ONCE; j++) {
                    sql.append("rollback prepared 'left behind %06d';".formatted(j));
                }
                s.execute(sql.toString());
            }
        }
        west.execute("alter system reset all");
        west.restart();
    }

    @Test
    void onePageIsReadAndTheRestCounted() {
        Operations operations = Operations.on(
                List.of(new NodeSettings("west", west.jdbcUrl(), west.username(), west.password())),
                DecisionSettings.DEFAULT);
        PreparedPage page = operations.prepared(MANY / 200, 100);
        assertThat(page.totals()).containsEntry("west", (long) MANY);
        assertThat(page.entries()).hasSize(100);
        assertThat(page.entries().get(0).gid()).isEqualTo("left behind %06d".formatted(MANY / 2));
        assertThat(operations.doctor())
                .filteredOn(f -> f.check().equals("max-prepared-transactions"))
                .singleElement()
                .satisfies(f -> assertThat(f.severity()).isEqualTo(Severity.WARNING));
    }

    @Test
    void transactionsGoOnAndTheForeignOnesAreCountedAndLeft(PostgresNode east) throws Exception {
        east.execute("create table if not exists account (id int primary key, balance bigint)");
        west.execute("create table if not exists account (id int primary key, balance bigint)");
        try (PostgresXa xa = PostgresXa.builder()
                .node("east", east.jdbcUrl(), east.username(), east.password())
                .node("west", west.jdbcUrl(), west.username(), west.password())
                .build()) {
            xa.userTransaction().begin();
            for (String node : List.of("east", "west")) {
                try (Connection c = xa.dataSource(node).getConnection();
                        Statement s = c.createStatement()) {
                    s.executeUpdate("insert into account values (1, 1)");
                }
            }
            xa.userTransaction().commit();
            assertThat(xa.recoverNow().problems()).isEmpty();
            assertThat(xa.nodes())
                    .filteredOn(n -> n.name().equals("west"))
                    .extracting(NodeStatus::preparedForeign)
                    .containsExactly(MANY);
        }
        assertThat(west.queryForLong("select count(*) from account")).isEqualTo(1);
        assertThat(west.queryForLong("select count(*) from pg_prepared_xacts")).isEqualTo(MANY);
    }
}
