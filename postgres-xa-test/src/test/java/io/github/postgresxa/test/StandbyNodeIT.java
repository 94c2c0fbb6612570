package io.github.postgresxa.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.Driver;

@PostgresNodes("east")
class StandbyNodeIT {
    private final PostgresNode east;

    StandbyNodeIT(PostgresNode east) {
        this.east = east;
    }

    @BeforeEach
    void oneAccount() {
        east.execute("create table account (id int primary key)", "insert into account values (1)");
    }

    @AfterEach
    void clean() {
        east.start();
        east.execute("drop table account");
    }

    @Test
    void followsItsPrimaryAndTakesItsPlace() throws SQLException {
        try (var east2 = east.standby("east2")) {
            assertThat(east2.primary()).isSameAs(east);
            assertThatThrownBy(() -> east2.execute("insert into account values (2)"))
                    .hasMessageContaining("read-only");
            prepare(east, "insert into account values (2)", "transfer-1");
            east2.awaitCaughtUp();
            east.kill();

            east2.promote();

            assertThat(east2.preparedTransactions())
                    .extracting(PreparedTransaction::gid)
                    .containsExactly("transfer-1");
            east2.execute("commit prepared 'transfer-1'");
            assertThat(east2.queryForLong("select count(*) from account")).isEqualTo(2);
            east2.kill();
            east2.start();
            east2.execute("insert into account values (3)");
        }
        east.start();
        east.execute("rollback prepared 'transfer-1'");
        assertThat(east.queryForLong("select count(*) from account"))
                .as("the old primary knows nothing of it")
                .isEqualTo(1);
    }

    @Test
    void aSynchronousOneKeepsCommitsWaiting() throws Exception {
        try (var east2 = east.standby("east2")) {
            east2.makeSynchronous();
            east2.stop();
            var commit = CompletableFuture.runAsync(() -> east.execute("insert into account values (2)"));
            awaitWaiting();
            assertThat(commit).isNotDone();

            east2.start();

            commit.get(30, TimeUnit.SECONDS);
            east2.awaitCaughtUp();
            assertThat(east2.queryForLong("select count(*) from account")).isEqualTo(2);
            east2.stop();
            var another = CompletableFuture.runAsync(() -> east.execute("insert into account values (3)"));
            awaitWaiting();

            east2.asynchronous();

            another.get(30, TimeUnit.SECONDS);
        }
        assertThat(east.queryForLong("select count(*) from pg_replication_slots"))
                .isZero();
    }

    private void awaitWaiting() throws InterruptedException {
        while (east.queryForLong("select count(*) from pg_stat_activity where wait_event = 'SyncRep'") == 0) {
            Thread.sleep(10);
        }
    }

    @Test
    void oneUrlConnectsToTheServerThatTakesWrites() throws SQLException {
        try (var east2 = east.standby("east2")) {
            assertThat(portReachedBy(east2.failoverUrl())).isEqualTo(east.port());
            east.kill();
            east2.promote();
            assertThat(portReachedBy(east2.failoverUrl())).isEqualTo(east2.port());
        }
    }

    /** The driver needs a second attempt: in the first it still believes what it knew before. */
    private static int portReachedBy(String url) throws SQLException {
        var login = new java.util.Properties();
        login.setProperty("user", "postgres");
        for (int attempt = 1; ; attempt++) {
            try (var connection = new Driver().connect(url, login);
                    var rows = connection.createStatement().executeQuery("select inet_server_port()")) {
                rows.next();
                return rows.getInt(1);
            } catch (SQLException e) {
                if (attempt == 2) {
                    throw e;
                }
            }
        }
    }

    @Test
    void canHaveItsOwnSettingsExceptForSome() {
        try (var east2 = east.standby("east2", "work_mem=1MB")) {
            assertThat(east2.queryForString("show work_mem")).isEqualTo("1MB");
            assertThat(east2.queryForString("show max_prepared_transactions")).isEqualTo("64");
        }
        assertThatThrownBy(() -> east.standby("east2", "max_prepared_transactions=10"))
                .as("PostgreSQL lets no standby have fewer than its primary")
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("max_prepared_transactions");
        assertThat(east.queryForLong("select count(*) from pg_replication_slots"))
                .isZero();
    }

    private static void prepare(PostgresNode node, String sql, String gid) throws SQLException {
        try (var connection = node.connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(sql);
            statement.execute("prepare transaction '%s'".formatted(gid));
        }
    }
}
