package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.atomikos.icatch.jta.TransactionManagerImp;
import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RolledBackException;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@PostgresNodes({"east", "west"})
class TimeoutIT {

    private Bank bank;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) throws Exception {
        bank = Bank.open(east, west);
        for (String node : List.of("east", "west")) {
            bank.add(node, 0); // On a busy machine a login would take a good part of a timeout.
        }
    }

    @AfterEach
    void close() {
        bank.close();
    }

    @Test
    void itStopsTheRunningStatementAndRollsBackEverywhere(PostgresNode east) throws Exception {
        bank.transaction().setTransactionTimeout(2);
        bank.transaction().begin();
        bank.add("east", -10);
        bank.add("west", 10);
        long start = System.nanoTime();
        assertThatThrownBy(() -> bank.execute("west", "select pg_sleep(60)")).isInstanceOf(SQLException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));

        Eventually.eventually(
                Duration.ofSeconds(5),
                "the row locks of the other node are gone before anybody calls commit",
                () -> east.queryForLong("select count(*) from pg_locks"
                                + " where locktype = 'relation' and relation = 'account'::regclass")
                        == 0);
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    @Test
    void afterItNoStatementRunsOnAnyNode() throws Exception {
        bank.transaction().setTransactionTimeout(1);
        bank.transaction().begin();
        try (Connection c = bank.connection("east");
                Statement s = c.createStatement()) {
            s.executeUpdate("update account set balance = 0 where id = 1");
            Eventually.eventually(Duration.ofSeconds(20), "the transaction times out", () -> refuses(s));
            assertThatThrownBy(() -> s.executeUpdate("update account set balance = 1 where id = 1"))
                    .hasMessageContaining("took longer than its timeout");
        }
        assertThatThrownBy(() -> bank.add("east", 1)).hasMessageContaining("timeout");
        assertThatThrownBy(() -> bank.add("west", 1)).hasMessageContaining("timeout");
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
        assertThat(bank.xa.pool("east").active()).isZero();
    }

    private static boolean refuses(Statement statement) {
        try {
            statement.executeQuery("select 1").close();
            return false;
        } catch (SQLException e) {
            return true;
        }
    }

    @Test
    void theNextTransactionOfTheThreadIsNotAffected() throws Exception {
        bank.transaction().setTransactionTimeout(1);
        bank.transaction().begin();
        bank.add("east", -10);
        assertThatThrownBy(() -> bank.execute("east", "select pg_sleep(60)")).isInstanceOf(SQLException.class);
        bank.transaction().rollback();

        bank.transaction().setTransactionTimeout(0);
        bank.transaction().begin();
        bank.add("east", -10);
        bank.add("west", 10);
        bank.transaction().commit();
        assertThat(bank.balances()).containsExactly(990L, 1010L);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void itIsNeverShorterThanAsked(int seconds) throws Exception {
        bank.transaction().setTransactionTimeout(seconds);
        long begun = System.nanoTime();
        bank.transaction().begin();
        assertThatThrownBy(() -> bank.execute("east", "select pg_sleep(60)")).isInstanceOf(SQLException.class);

        assertThat(since(begun)).isBetween(Duration.ofSeconds(seconds), Duration.ofSeconds(seconds + 10L));
        bank.transaction().rollback();
    }

    @Test
    void itCountsFromTheBeginningAlsoWhereANodeIsUsedLate() throws Exception {
        bank.transaction().setTransactionTimeout(3);
        long begun = System.nanoTime();
        bank.transaction().begin();
        TimeUnit.MILLISECONDS.sleep(1_300);
        long used = System.nanoTime();
        assertThatThrownBy(() -> bank.execute("east", "select pg_sleep(60)")).isInstanceOf(SQLException.class);

        assertThat(since(begun)).isGreaterThanOrEqualTo(Duration.ofSeconds(3));
        assertThat(since(used)).as("not another 3 s").isLessThan(Duration.ofMillis(2_900));
        bank.transaction().rollback();
    }

    @Test
    void oneThatWasBegunPastUsIsNotShortenedEither() throws Exception {
        TransactionManager atomikos = TransactionManagerImp.getTransactionManager();
        atomikos.setTransactionTimeout(2);
        long begun = System.nanoTime();
        atomikos.begin();
        assertThatThrownBy(() -> bank.execute("east", "select pg_sleep(60)")).isInstanceOf(SQLException.class);

        assertThat(since(begun)).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(12));
        atomikos.rollback();
        atomikos.setTransactionTimeout(0);
    }

    @Test
    void oneThatHasUsedNoNodeCannotCommitAfterItEither() throws Exception {
        long begun = begin(Duration.ofMillis(200));
        waitUntil(begun, Duration.ofMillis(201));
        assertThatThrownBy(() -> bank.transaction().commit())
                .isInstanceOf(RolledBackException.class)
                .hasMessageContaining("it took longer than its timeout of 0.2 s");
        assertThat(bank.transaction().getStatus()).isEqualTo(Status.STATUS_NO_TRANSACTION);
    }

    @Test
    void noNodeJoinsATransactionAfterIt() throws Exception {
        long begun = begin(Duration.ofMillis(200));
        waitUntil(begun, Duration.ofMillis(201));
        assertThatThrownBy(() -> bank.add("east", 1))
                .isInstanceOf(SQLTimeoutException.class)
                .hasMessageContaining("took longer than its timeout of 0.2 s");
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RolledBackException.class);
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    @Test
    void itsTimeGoesOnWhileItIsSuspended(PostgresNode east) throws Exception {
        begin(Duration.ofMillis(300));
        bank.add("east", -10);
        Transaction suspended =
                Objects.requireNonNull(bank.xa.transactionManager().suspend());
        Eventually.eventually(
                Duration.ofSeconds(20),
                "the row is free again",
                () -> east.queryForLong("select count(*) from pg_locks"
                                + " where locktype = 'relation' and relation = 'account'::regclass")
                        == 0);
        bank.xa.inTransaction(() -> bank.add("east", 0)); // Another one is not affected.
        bank.xa.transactionManager().resume(suspended);
        assertThatThrownBy(() -> bank.add("west", 10)).isInstanceOf(SQLTimeoutException.class);
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RolledBackException.class);
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    @Test
    void theOneOfTheThreadStaysAsItIsWhenATransactionHasItsOwn() throws Exception {
        bank.transaction().setTransactionTimeout(1);
        begin(Duration.ofMinutes(1));
        bank.transaction().rollback();
        bank.xa.inTransaction(Duration.ofMinutes(1), () -> bank.add("east", 0));
        bank.transaction().begin();
        assertThatThrownBy(() -> bank.execute("east", "select pg_sleep(60)"))
                .isInstanceOf(SQLTimeoutException.class)
                .hasMessageContaining("its timeout of 1 s");
        bank.transaction().rollback();
        bank.transaction().setTransactionTimeout(0);
    }

    @Test
    void aDefaultHasItsFractionAndEachInstanceItsOwn(PostgresNode east, PostgresNode west) throws Exception {
        try (Bank other = Bank.open(b -> b.transactionTimeout(Duration.ofMillis(700)), east, west)) {
            other.transaction().begin();
            assertThatThrownBy(() -> other.execute("east", "select pg_sleep(60)"))
                    .isInstanceOf(SQLTimeoutException.class)
                    .hasMessageContaining("its timeout of 0.7 s");
            other.transaction().rollback();
        }
    }

    @Test
    void oneThatNoTransactionCanHaveIsRefused() {
        for (Duration never : List.of(Duration.ZERO, Duration.ofMillis(-1))) {
            assertThatThrownBy(() -> bank.xa.begin(never)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> PostgresXa.builder().transactionTimeout(never))
                    .isInstanceOf(InvalidConfigurationException.class);
        }
    }

    private long begin(Duration timeout) throws Exception {
        bank.xa.begin(timeout);
        return System.nanoTime();
    }

    private static void waitUntil(long begun, Duration age) throws Exception {
        Eventually.eventually(
                Duration.ofSeconds(20), "it is so old", () -> since(begun).compareTo(age) > 0);
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
