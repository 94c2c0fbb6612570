package io.github.postgresxa.spring.metrics;

import static io.github.postgresxa.spring.application.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.spring.application.Bank;
import io.github.postgresxa.spring.application.BankApplication;
import io.github.postgresxa.spring.transaction.OutcomeUnknownException;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** Meters of transactions on real nodes. */
@PostgresNodes({"east", "west"})
class MetersIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private ConfigurableApplicationContext application;
    private Bank bank;

    @BeforeEach
    void start(PostgresNode east, PostgresNode west) {
        BankApplication.prepare(east, west);
        application = BankApplication.on(east, west)
                .serving() // Metrics of Spring Boot come with the actuator's own beans.
                .with("postgres.xa.metrics.transaction-names=2")
                .start();
        bank = application.getBean(Bank.class);
    }

    @AfterEach
    void stop() {
        application.close();
    }

    @Test
    void aTransferCountsOnceInEachWay() {
        bank.transfer(1);

        assertThat(count("postgres.xa.transactions", "outcome", "committed")).isEqualTo(1);
        assertThat(count("postgres.xa.commit", "transaction", Bank.class.getName() + ".transfer"))
                .isEqualTo(1);
        assertThat(count("postgres.xa.branches", "node", "east", "role", "home"))
                .isEqualTo(1);
        assertThat(count("postgres.xa.branches", "node", "west", "role", "participant"))
                .isEqualTo(1);
        assertThat(count("postgres.xa.branches")).isEqualTo(2);
        assertThat(steps("prepare", "west")).isEqualTo(1);
        assertThat(steps("decide", "east")).isEqualTo(1);
        assertThat(steps("finish", "west")).isEqualTo(1);
        assertThat(count("postgres.xa.step")).isEqualTo(3);
        assertThat(count("postgres.xa.transaction", "outcome", "committed"))
                .as("of the observation")
                .isEqualTo(1);
    }

    @Test
    void aDepositOnOneNodeIsOnePhase() {
        bank.depositInEast(1);

        assertThat(count("postgres.xa.branches", "node", "east", "role", "only"))
                .isEqualTo(1);
        assertThat(steps("commit", "east")).isEqualTo(1);
        assertThat(count("postgres.xa.step")).isEqualTo(1);
    }

    @Test
    void aRollbackHasNoRoles() {
        assertThatIllegalStateException().isThrownBy(() -> bank.transferAndFail(1));

        assertThat(count("postgres.xa.transactions", "outcome", "rolled_back")).isEqualTo(1);
        assertThat(count("postgres.xa.branches")).isZero();
        assertThat(steps("rollback", "east")).isEqualTo(1);
        assertThat(steps("rollback", "west")).isEqualTo(1);
    }

    @Test
    void aLostReplyIsAnUnknownOutcome(PostgresNode east) throws Exception {
        east.execute(
                "create function sleep_at_the_end() returns trigger language plpgsql"
                        + " as 'begin perform pg_sleep(60); return null; end'",
                "create constraint trigger slow after update on account deferrable initially deferred"
                        + " for each row execute function sleep_at_the_end()");
        CompletableFuture<Void> deposit = CompletableFuture.runAsync(() -> bank.depositInEast(1));
        eventually(
                LIMIT,
                "the session is killed in the middle of its commit",
                () -> east.queryForLong("select count(pg_terminate_backend(pid)) from pg_stat_activity"
                                + " where wait_event = 'PgSleep'")
                        > 0);

        assertThatThrownBy(deposit::join).hasCauseInstanceOf(OutcomeUnknownException.class);
        assertThat(count("postgres.xa.transactions", "outcome", "unknown")).isEqualTo(1);
        assertThat(count("postgres.xa.step", "step", "commit", "node", "east", "done", "false"))
                .isEqualTo(1);
        assertThat(count("postgres.xa.transaction", "outcome", "unknown")).isEqualTo(1);
    }

    @Test
    void anAbandonedBranchIsFencedAndFinished(PostgresNode east, PostgresNode west) throws Exception {
        prepare(east, "pgxa/1/%s/%s/%s".formatted(TransactionId.random(), identity(west), identity(east)));

        eventually(LIMIT, "it is finished", () -> count("postgres.xa.recovered") == 1);
        assertThat(count("postgres.xa.recovered", "node", "east", "outcome", "rolled_back"))
                .isEqualTo(1);
        assertThat(count("postgres.xa.fences", "node", "west")).isEqualTo(1);
        assertThat(count("postgres.xa.fences", "node", "east")).isZero();
    }

    @Test
    void aBranchInDoubtAndAForeignOneHaveAnAge(PostgresNode east) throws Exception {
        String inDoubt = "pgxa/1/%s/0123456789abcdef/%s".formatted(TransactionId.random(), identity(east));
        prepare(east, inDoubt);
        prepare(east, "foreign one");
        try {
            eventually(LIMIT, "it is seen", () -> gauge("postgres.xa.in.doubt", "east") == 1);
            eventually(LIMIT, "it grows older", () -> gauge("postgres.xa.in.doubt.oldest", "east") > 3);
            eventually(LIMIT, "the other is seen", () -> gauge("postgres.xa.prepared.foreign.oldest", "east") > 0);
            assertThat(gauge("postgres.xa.prepared.max", "east")).isPositive();
            assertThat(gauge("postgres.xa.in.doubt.oldest", "west")).isZero();
        } finally {
            east.execute("rollback prepared '" + inDoubt + "'", "rollback prepared 'foreign one'");
        }
        eventually(LIMIT, "it is gone", () -> gauge("postgres.xa.in.doubt.oldest", "east") == 0);
    }

    @Test
    void aNodeThatAcceptsQueriesAndDoesNotAnswerIsNoticed(PostgresNode west) throws Exception {
        eventually(LIMIT, "it answers", () -> gauge("postgres.xa.observed.age", "west") < 3);
        west.pause();
        try {
            eventually(
                    LIMIT,
                    "it is not reachable, or was last queried long ago",
                    () -> gauge("postgres.xa.reachable", "west") == 0 || gauge("postgres.xa.observed.age", "west") > 5);
            assertThat(gauge("postgres.xa.reachable", "east")).isEqualTo(1);
        } finally {
            west.resume();
        }
        eventually(
                LIMIT,
                "it answers again",
                () -> gauge("postgres.xa.reachable", "west") == 1 && gauge("postgres.xa.observed.age", "west") < 3);
    }

    private static String identity(PostgresNode node) {
        return node.queryForString("select identity from pgxa.node");
    }

    private static void prepare(PostgresNode node, String gid) throws SQLException {
        try (Connection connection = node.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select pg_current_xact_id()");
            statement.execute("prepare transaction '" + gid + "'");
        }
    }

    private double steps(String step, String node) {
        return count("postgres.xa.step", "step", step, "node", node, "done", "true");
    }

    /** {@return the sum over all meters with these tags} */
    private double count(String name, String... tags) {
        return application.getBean(MeterRegistry.class).find(name).tags(tags).meters().stream()
                .mapToDouble(MetersIT::count)
                .sum();
    }

    private static double count(Meter meter) {
        return StreamSupport.stream(meter.measure().spliterator(), false)
                .filter(measurement -> measurement.getStatistic() == Statistic.COUNT)
                .mapToDouble(measurement -> measurement.getValue())
                .sum();
    }

    private double gauge(String name, String node) {
        return application
                .getBean(MeterRegistry.class)
                .get(name)
                .tag("node", node)
                .gauge()
                .value();
    }
}
