package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.TransactionCharacteristics;
import io.github.postgresxa.TransactionCharacteristics.Isolation;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.RollbackException;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;

/** A branch loses its work before or behind the application's back. None of these ways may end in a partial commit. */
@PostgresNodes({"east", "west"})
class SwallowedFailureIT {

    private Isolation isolation = Isolation.SERVER_DEFAULT;
    private PostgresNode west;
    private Bank bank;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        this.west = west;
        bank = Bank.open(b -> b.characteristics(() -> new TransactionCharacteristics(isolation, false)), east, west);
    }

    @AfterEach
    void close() {
        bank.close();
        assertThat(bank.prepared()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = Isolation.class,
            names = {"SERVER_DEFAULT", "REPEATABLE_READ"})
    void theFirstStatementOfABranchFindsItsConnectionLost(Isolation level) throws Exception {
        isolation = level;
        bank.transaction().begin();
        bank.add("east", -100);
        try (Connection c = bank.connection("west")) {
            west.execute("select pg_terminate_backend("
                    + c.unwrap(PGConnection.class).getBackendPID() + ")");
            Eventually.eventually(
                    Duration.ofSeconds(10),
                    "the backend is gone",
                    () -> west.queryForLong("select count(*) from pg_stat_activity where pid = "
                                    + c.unwrap(PGConnection.class).getBackendPID())
                            == 0);
        }
        assertThatThrownBy(() -> bank.add("west", 100)).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    /** The server's transaction is in order afterwards: the statement never reached it, or was carried out. */
    @ParameterizedTest
    @EnumSource(FailsInTheDriver.class)
    void aStatementThatFailsInTheDriverAloneRollsBackEverywhere(FailsInTheDriver statement) throws Exception {
        bank.transaction().begin();
        bank.add("east", -100);
        try (Connection c = bank.connection("west")) {
            assertThatThrownBy(() -> statement.execute(c)).isInstanceOf(SQLException.class);
        }
        assertThatThrownBy(() -> bank.transaction().commit())
                .isInstanceOf(RollbackException.class)
                .hasMessageContaining("node 'west': a statement failed in the driver");
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    private enum FailsInTheDriver {
        NO_VALUE_FOR_A_PARAMETER {
            @Override
            void execute(Connection c) throws SQLException {
                try (PreparedStatement p =
                        c.prepareStatement("update account set balance = balance + ? where id = 1")) {
                    p.executeUpdate();
                }
            }
        },
        A_STREAM_THAT_BREAKS {
            @Override
            void execute(Connection c) throws SQLException {
                try (PreparedStatement p =
                        c.prepareStatement("update account set balance = balance + length(?::bytea) where id = 1")) {
                    p.setBinaryStream(1, BROKEN, 100);
                    p.executeUpdate();
                }
            }
        },
        CARRIED_OUT_ALL_THE_SAME {
            @Override
            void execute(Connection c) throws SQLException {
                try (Statement s = c.createStatement()) {
                    s.executeQuery("update account set balance = balance + 100 where id = 1");
                }
            }
        };

        private static final InputStream BROKEN = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the stream broke");
            }
        };

        abstract void execute(Connection c) throws SQLException;
    }

    /** Code written for a dedicated connection: try, catch, rollback(); the rollback's exception goes into a log. */
    @Test
    void aRefusedRollbackRollsBackEverywhere() throws Exception {
        bank.transaction().begin();
        bank.add("east", -100);
        bank.add("west", 100);
        try (Connection c = bank.connection("west")) {
            assertThatThrownBy(c::rollback).isInstanceOf(SQLException.class).hasMessageContaining("JTA transaction");
        }
        assertThatThrownBy(() -> bank.transaction().commit())
                .isInstanceOf(RollbackException.class)
                .hasMessageContaining("node 'west': the application asked for a rollback");
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    @Test
    void aRollbackToASavepointIsNoReasonToRollBack() throws Exception {
        bank.transaction().begin();
        bank.add("east", -100);
        try (Connection c = bank.connection("west")) {
            Savepoint before = c.setSavepoint();
            bank.add("west", 7);
            c.rollback(before);
        }
        bank.add("west", 100);
        bank.transaction().commit();
        assertThat(bank.balances()).containsExactly(900L, 1100L);
    }

    @Test
    void whatFailedAtTheServerIsUndoneByASavepoint() throws Exception {
        bank.transaction().begin();
        bank.add("east", -100);
        try (Connection c = bank.connection("west");
                Statement s = c.createStatement()) {
            Savepoint before = c.setSavepoint();
            assertThatThrownBy(() -> s.executeUpdate("update account set balance = -1"))
                    .isInstanceOf(SQLException.class);
            c.rollback(before);
            s.executeUpdate("update account set balance = balance + 100 where id = 1");
        }
        bank.transaction().commit();
        assertThat(bank.balances()).containsExactly(900L, 1100L);
    }

    @Test
    void textThatEndsTheTransactionBehindACreateIsRefused() throws Exception {
        bank.transaction().begin();
        assertThatThrownBy(() -> bank.execute(
                        "east", "create table early (a int); update account set balance = 0 where id = 1; commit"))
                .hasMessageContaining("JTA transaction");
        bank.add("east", 1);
        bank.transaction().rollback();
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    @Test
    void anEmptyStatementIsNoReasonToRollBack() throws Exception {
        bank.transaction().begin();
        bank.execute("east", "");
        bank.execute("west", " ;; ");
        bank.add("east", -1);
        bank.add("west", 1);
        bank.transaction().commit();
        assertThat(bank.balances()).containsExactly(999L, 1001L);
    }

    @Test
    void whatADeferredTriggerRefusesIsSurelyRolledBack() throws Exception {
        west.execute(
                "create or replace function refuse() returns trigger language plpgsql"
                        + " as 'begin raise exception ''not today''; end'",
                "drop trigger if exists late on account",
                "create constraint trigger late after update on account deferrable initially deferred"
                        + " for each row execute function refuse()");
        try {
            bank.transaction().begin();
            bank.add("west", 1);
            assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
            bank.transaction().begin();
            bank.add("west", 1);
            bank.add("east", -1);
            assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
            assertThat(bank.balances()).containsExactly(1000L, 1000L);
        } finally {
            west.execute("drop trigger late on account");
        }
    }

    @Test
    void aStatementThatAnotherThreadStillRunsIsNotForgotten(PostgresNode east) throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (Connection blocker = east.connect();
                Statement lock = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            lock.executeUpdate("update account set balance = balance where id = 1");
            bank.transaction().begin();
            bank.add("west", 10);
            Connection c = bank.connection("east");
            CountDownLatch started = new CountDownLatch(1);
            Future<Integer> running = other.submit(() -> {
                try (Statement s = c.createStatement()) {
                    started.countDown();
                    return s.executeUpdate("update account set balance = balance - 10 where id = 1");
                }
            });
            started.await();
            Eventually.eventually(
                    Duration.ofSeconds(10),
                    "the statement waits for the lock",
                    () -> east.queryForLong("select count(*) from pg_stat_activity where wait_event_type = 'Lock'")
                            > 0);
            assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
            assertThatThrownBy(() -> running.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(SQLException.class);
            blocker.rollback();
        }
        other.shutdown();
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    @Test
    void aNodeThatRefusesToJoinGivesNoHalfSetUpConnectionToTheNextOne() throws Exception {
        isolation = Isolation.SERIALIZABLE;
        bank.transaction().setTransactionTimeout(1);
        bank.transaction().begin();
        bank.add("east", 1);
        Eventually.eventually(Duration.ofSeconds(10), "the transaction times out", () -> {
            try {
                bank.read("east");
                return false;
            } catch (SQLException e) {
                return true;
            }
        });
        assertThatThrownBy(() -> bank.add("west", 1)).isInstanceOf(SQLException.class);
        bank.transaction().rollback();
        bank.transaction().setTransactionTimeout(0);
        try (Connection c = bank.connection("west")) {
            assertThat(c.getAutoCommit()).isTrue();
            assertThat(c.isReadOnly()).isFalse();
        }
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    @Test
    void aNetworkTimeoutOfTheApplicationEndsWithItsTransaction() throws Exception {
        bank.transaction().begin();
        try (Connection c = bank.connection("east")) {
            c.setNetworkTimeout(Runnable::run, 150);
            c.createStatement().executeUpdate("update account set balance = balance + 1 where id = 1");
        }
        bank.transaction().commit();
        try (Connection c = bank.connection("east")) {
            assertThat(c.getNetworkTimeout()).isZero();
        }
    }
}
