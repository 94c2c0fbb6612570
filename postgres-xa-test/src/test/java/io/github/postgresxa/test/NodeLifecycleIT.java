package io.github.postgresxa.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@PostgresNodes("east")
class NodeLifecycleIT {
    private final PostgresNode east;

    NodeLifecycleIT(PostgresNode east) {
        this.east = east;
    }

    @BeforeEach
    void oneCommittedAccount() {
        east.execute("create table account (id int primary key)", "insert into account values (1)");
    }

    @AfterEach
    void clean() {
        east.resume();
        east.start();
        east.preparedTransactions().forEach(left -> east.execute("rollback prepared '%s'".formatted(left.gid())));
        east.execute("drop table account");
    }

    @Test
    void whatIsPreparedAndCommittedSurvivesAKillAndNothingElse() throws SQLException {
        prepare("insert into account values (2)", "transfer-1");
        try (var session = east.connect();
                var statement = session.createStatement()) {
            session.setAutoCommit(false);
            statement.execute("insert into account values (3)");

            east.kill();

            assertThat(east.isRunning()).isFalse();
            assertThatThrownBy(session::commit).isInstanceOf(SQLException.class);
        }
        east.start();
        assertThat(east.preparedTransactions()).singleElement().satisfies(survivor -> {
            assertThat(survivor.gid()).isEqualTo("transfer-1");
            assertThat(survivor.owner()).isEqualTo("postgres");
            assertThat(survivor.database()).isEqualTo(east.database());
            assertThat(survivor.prepared())
                    .isBetween(
                            Instant.now().minus(Duration.ofMinutes(5)),
                            Instant.now().plusSeconds(5));
        });
        assertThat(east.queryForLong("select count(*) from account")).isEqualTo(1);

        east.execute("commit prepared 'transfer-1'");
        assertThat(east.queryForLong("select sum(id) from account")).isEqualTo(1 + 2);
    }

    @Test
    void whatIsPreparedSurvivesAStop() throws SQLException {
        prepare("insert into account values (2)", "transfer-1");
        east.restart();
        assertThat(east.preparedTransactions())
                .extracting(PreparedTransaction::gid)
                .containsExactly("transfer-1");
    }

    @Test
    void thePortStaysTheSame() {
        int port = east.port();
        east.stop();
        assertThat(east.isRunning()).isFalse();
        east.start();
        east.kill();
        east.start();
        assertThat(east.port()).isEqualTo(port);
        assertThat(east.queryForLong("select count(*) from account")).isEqualTo(1);
    }

    @Test
    void everyStepMayBeRepeated() {
        east.start();
        east.stop();
        east.stop();
        east.kill();
        east.resume();
        assertThat(east.isRunning()).isFalse();
        east.start();
        east.start();
        assertThat(east.queryForLong("select count(*) from account")).isEqualTo(1);
    }

    @Test
    void aKillWaitsForEverySessionSoThatTheNextStartSucceeds() throws Exception {
        for (int round = 0; round < 5; round++) {
            try (var sleeper = east.connect();
                    var statement = sleeper.createStatement()) {
                var sleep = CompletableFuture.supplyAsync(() -> updated(statement, "select pg_sleep(600)"));
                east.kill();
                assertThatThrownBy(() -> sleep.get(30, TimeUnit.SECONDS)).hasStackTraceContaining("SQLException");
            }
            east.start();
        }
        assertThat(east.queryForLong("select count(*) from account")).isEqualTo(1);
    }

    private void prepare(String sql, String gid) throws SQLException {
        east.execute("begin; %s; prepare transaction '%s'".formatted(sql, gid));
    }

    private static int updated(Statement statement, String sql) {
        try {
            statement.execute(sql);
            return statement.getUpdateCount();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
