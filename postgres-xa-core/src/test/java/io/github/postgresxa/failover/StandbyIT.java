package io.github.postgresxa.failover;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoveryReport;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Transfer;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.StandbyNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A verb waits for the synchronous standby, and the wait ends without the standby's answer. PostgreSQL then reports
 * success, with a warning at most, although a failover would lose the work. We must not pass that on.
 */
@PostgresNodes({"east", "west"})
class StandbyIT {

    private static final Duration LIMIT = Duration.ofSeconds(15);

    private PostgresNode east;
    private PostgresNode west;
    private @Nullable Bank bank;
    private @Nullable StandbyNode standby;

    @BeforeEach
    void nodes(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        Bank.createAccounts(east, west);
    }

    @AfterEach
    void close() {
        if (bank != null) {
            // First: a dead primary that comes back would be believed.
            bank.close();
        }
        for (PostgresNode node : List.of(east, west)) {
            node.start();
            node.execute("alter role postgres reset synchronous_commit");
        }
        if (standby != null) {
            standby.close();
        }
        // What an old primary remembers no longer counts.
        for (PostgresNode node : List.of(east, west)) {
            node.preparedTransactions().forEach(p -> node.execute("rollback prepared '%s'".formatted(p.gid())));
            node.execute("drop schema if exists pgxa cascade");
        }
    }

    private StandbyNode synchronousStandbyOf(PostgresNode node) {
        StandbyNode made = node.standby(node.name() + "2");
        standby = made;
        made.makeSynchronous();
        return made;
    }

    private Bank open(PostgresXa.Builder builder, PostgresNode... books) {
        Bank opened = Bank.over(builder.build(), List.of(books));
        bank = opened;
        return opened;
    }

    /** The server shows a burst as a whole. The verb is its last line. */
    private static String session(String verb) {
        return "select %s from pg_stat_activity where wait_event = 'SyncRep' and regexp_replace(rtrim(query, E' \\n"
                + "'), E'.*\\n', '') ilike '"
                + verb + "%%'";
    }

    private static void awaitWaiting(PostgresNode node, String verb) throws Exception {
        eventually(
                LIMIT,
                verb + " waits for the standby of " + node.name(),
                () -> node.queryForLong(session(verb).formatted("count(*)")) > 0);
    }

    private static void cancelWaiting(PostgresNode node, String verb) throws Exception {
        awaitWaiting(node, verb);
        node.execute(session(verb).formatted("pg_cancel_backend(pid)"));
    }

    /** At the home. */
    @Nested
    class TheDecision {

        private StandbyNode east2;

        @BeforeEach
        void standbyOfTheHome() {
            east2 = synchronousStandbyOf(east);
        }

        private Bank openAtEitherHome() {
            return open(
                    Bank.builder(west).node("east", east2.failoverUrl(), east.username(), east.password()), east, west);
        }

        @Test
        void whoseWaitWasCancelledIsAnsweredWhenTheStandbyHasIt() throws Exception {
            Bank bank = openAtEitherHome();
            east2.stop();
            Transfer transfer = Transfer.start(bank);
            cancelWaiting(east, "commit");
            eventually(LIMIT, "the row is visible at the home", () -> decisions(east) == 1);
            // The coordinator's question after it waits, too.
            awaitWaiting(east, "commit");
            assertThat(transfer.waits()).isTrue();

            east2.start();

            assertThat(transfer.answer()).isEqualTo(Outcome.COMMITTED);
            east.kill();
            east2.promote();
            assertThat(Bank.balances(east2, west)).containsExactly(990L, 1010L);
        }

        @Test
        void whoseWaitWasCancelledIsRolledBackEverywhereIfAFailoverLosesIt() throws Exception {
            Bank bank = openAtEitherHome();
            east2.stop();
            Transfer transfer = Transfer.start(bank);
            cancelWaiting(east, "commit");
            eventually(LIMIT, "the row is visible at the home", () -> decisions(east) == 1);
            assertThat(transfer.waits()).isTrue();

            east.kill();
            east2.start();
            east2.promote();

            assertThat(transfer.answer()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(Bank.balances(east2, west)).containsExactly(1000L, 1000L);
            assertThat(west.preparedTransactions()).isEmpty();
        }

        @Test
        void whoseSessionIsTerminatedWhileItWaitsIsAskedForAgain() throws Exception {
            Bank bank = openAtEitherHome();
            east2.stop();
            Transfer transfer = Transfer.start(bank);
            awaitWaiting(east, "commit");
            east.execute(session("commit").formatted("pg_terminate_backend(pid)"));
            eventually(LIMIT, "the row is visible at the home", () -> decisions(east) == 1);
            assertThat(transfer.waits()).isTrue();

            east2.start();

            assertThat(transfer.answer()).isEqualTo(Outcome.COMMITTED);
            assertThat(Bank.balances(east, west)).containsExactly(990L, 1010L);
        }

        @Test
        void isCutShortByNoTimeout() throws Exception {
            Bank bank = openAtEitherHome();
            // So that the pool has a session.
            bank.execute("east", "select 1");
            east2.stop();
            long start = System.nanoTime();
            Transfer transfer = Transfer.start(
                    bank,
                    b -> {
                        b.execute("east", "set local statement_timeout = '500ms'");
                        try (Connection c = b.connection("east");
                                Statement s = c.createStatement()) {
                            s.setQueryTimeout(1);
                            s.execute("select 1");
                            c.setNetworkTimeout(Runnable::run, 1_000);
                        }
                    },
                    2);
            awaitWaiting(east, "commit");
            eventually(
                    LIMIT,
                    "every timeout is over",
                    () -> System.nanoTime() - start > Duration.ofSeconds(3).toNanos());
            assertThat(east.queryForLong(session("commit").formatted("count(*)")))
                    .isEqualTo(1);
            assertThat(transfer.waits()).isTrue();

            east2.start();

            assertThat(transfer.answer()).isEqualTo(Outcome.COMMITTED);
            assertThat(Bank.balances(east, west)).containsExactly(990L, 1010L);
        }

        @ParameterizedTest
        @ValueSource(strings = {"off", "local", "remote_write"})
        void waitsForTheStandbyWhateverTheRoleIsContentWith(String synchronousCommit) throws Exception {
            east.execute("alter role postgres set synchronous_commit = " + synchronousCommit);
            Bank bank = openAtEitherHome();
            east2.stop();
            Transfer transfer = Transfer.start(bank);
            awaitWaiting(east, "commit");
            assertThat(transfer.waits()).isTrue();

            east2.start();

            assertThat(transfer.answer()).isEqualTo(Outcome.COMMITTED);
        }

        @Test
        void thatACrashMadeVisibleTooEarlyIsNotActedUpon() throws Exception {
            Bank bank = openAtEitherHome();
            east2.stop();
            Transfer transfer = Transfer.start(bank);
            awaitWaiting(east, "commit");
            east.kill();
            east.start();
            assertThat(decisions(east))
                    .as("after the crash the row is there for all to see")
                    .isEqualTo(1);
            // Recovery or the coordinator asks, and waits.
            awaitWaiting(east, "commit");
            assertThat(bank.xa.recoverNow().committed()).isZero();
            assertThat(west.preparedTransactions()).hasSize(1);
            assertThat(Bank.balances(east, west)).containsExactly(990L, 1000L);

            east.kill();
            east2.start();
            east2.promote();

            assertThat(transfer.answer()).isNotEqualTo(Outcome.COMMITTED);
            eventually(LIMIT, "all is rolled back", () -> {
                bank.xa.recoverNow();
                return west.preparedTransactions().isEmpty();
            });
            assertThat(Bank.balances(east2, west)).containsExactly(1000L, 1000L);
        }

        private static long decisions(PostgresNode home) {
            return home.queryForLong("select count(*) from pgxa.decision where outcome = 'C'");
        }
    }

    /** On another node than the home. */
    @Nested
    class ABranch {

        private StandbyNode west2;

        @BeforeEach
        void standbyOfTheParticipant() {
            west2 = synchronousStandbyOf(west);
        }

        private Bank openAtEitherWest() {
            return open(
                    Bank.builder(east).node("west", west2.failoverUrl(), west.username(), west.password()), east, west);
        }

        @Test
        void whosePrepareWasCancelledIsNotTakenForPrepared() throws Exception {
            Bank bank = openAtEitherWest();
            west2.stop();
            Transfer transfer = Transfer.start(bank);
            cancelWaiting(west, "prepare transaction");
            west2.start();

            assertThat(transfer.answer()).isEqualTo(Outcome.ROLLED_BACK);
            eventually(LIMIT, "nothing is left prepared", () -> {
                bank.xa.recoverNow();
                return west.preparedTransactions().isEmpty();
            });
            assertThat(Bank.balances(east, west)).containsExactly(1000L, 1000L);
        }

        /** Its coordinator is gone. A living one would give signs of life and would not be fenced meanwhile. */
        @Test
        void thatIsListedWhileItIsStillBeingPreparedIsBusyAndNotTakenForDone() throws Exception {
            Bank bank = openAtEitherWest();
            west2.stop();
            CompletableFuture<Void> prepared = CompletableFuture.runAsync(() -> {
                try {
                    Bank.leavePrepared(TransactionId.random(), 1, east, west);
                } catch (SQLException e) {
                    throw new CompletionException(e);
                }
            });
            awaitWaiting(west, "prepare transaction");
            assertThat(west.preparedTransactions()).hasSize(1);
            eventually(LIMIT, "recovery has fenced it", () -> {
                RecoveryReport report = bank.xa.recoverNow();
                assertThat(report.rolledBack()).isZero();
                return east.queryForLong("select count(*) from pgxa.decision where outcome = 'A'") == 1;
            });
            // If a regular pass is at work there at this moment, this one skips the node.
            eventually(LIMIT, "it is busy and left", () -> bank.xa.recoverNow().left() == 1);
            assertThat(prepared).isNotDone();

            west2.start();

            prepared.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            eventually(LIMIT, "it is rolled back", () -> {
                bank.xa.recoverNow();
                return west.preparedTransactions().isEmpty();
            });
            assertThat(Bank.balances(east, west)).containsExactly(1000L, 1000L);
        }

        @Test
        void whoseCommitWasCancelledAndIsLostInAFailoverIsCommittedAgain() throws Exception {
            Bank bank = openAtEitherWest();
            try (Connection other = east.connect();
                    Statement s = other.createStatement()) {
                other.setAutoCommit(false);
                // Delays the decision.
                s.execute("lock table pgxa.decision in access exclusive mode");
                Transfer transfer = Transfer.start(bank);
                eventually(
                        LIMIT,
                        "the branch is prepared",
                        () -> west.preparedTransactions().size() == 1);
                west2.awaitCaughtUp();
                west2.stop();
                other.rollback();
                cancelWaiting(west, "commit prepared");
                assertThat(transfer.answer()).as("the decision is durable").isEqualTo(Outcome.COMMITTED);
            }
            assertThat(west.preparedTransactions()).isEmpty();
            west.kill();
            west2.start();
            west2.promote();
            assertThat(west2.preparedTransactions()).as("prepared again").hasSize(1);

            eventually(LIMIT, "it is committed again", () -> {
                bank.xa.recoverNow();
                return west2.preparedTransactions().isEmpty();
            });
            assertThat(Bank.balances(east, west2)).containsExactly(990L, 1010L);
        }
    }
}
