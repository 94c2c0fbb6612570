package io.github.postgresxa.recovery;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.support.Alarms;
import io.github.postgresxa.support.Alarms.Alarm;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Transfer;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * A person finishes a prepared branch by hand. If he guessed wrong, the nodes disagree for ever. Any process that
 * notices raises one alarm.
 */
@PostgresNodes({"east", "west"})
class HandMadeEndIT {

    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final Alarms alarms = new Alarms();
    private PostgresNode east;
    private PostgresNode west;
    private Bank bank;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        bank = open(new RecoverySettings(true, Duration.ofMillis(100), Duration.ofMinutes(1)));
        east.execute("truncate pgxa.decision", "update pgxa.node set mark = null");
    }

    private Bank open(RecoverySettings recovery) {
        return Bank.open(b -> b.recovery(recovery).listener(alarms), east, west);
    }

    @AfterEach
    void close() {
        bank.close();
        west.preparedTransactions().forEach(p -> west.execute("rollback prepared '%s'".formatted(p.gid())));
    }

    private String preparedBranch() throws Exception {
        eventually(LIMIT, "west is prepared", () -> west.preparedTransactions().size() == 1);
        return west.preparedTransactions().get(0).gid();
    }

    /** While its coordinator lives. */
    @Nested
    class InTheMiddleOfACommit {

        /** The home cannot decide while another session locks its decision log. */
        private Transfer transferDuringWhich(String verb, String atHome) throws Exception {
            try (Connection holder = east.connect();
                    Statement s = holder.createStatement()) {
                holder.setAutoCommit(false);
                s.execute("lock table pgxa.decision in exclusive mode");
                Transfer transfer = Transfer.start(bank);
                String gid = preparedBranch();
                west.execute(verb + " prepared '" + gid + "'");
                s.execute(atHome.formatted(transfer.id()));
                holder.commit();
                transfer.answer();
                return transfer;
            }
        }

        @Test
        void aRollbackAgainstTheDecisionIsAnAlarmAtOnce() throws Exception {
            Transfer transfer = transferDuringWhich("rollback", "select 1");

            assertThat(transfer.answer()).isEqualTo(Outcome.COMMITTED);
            assertThat(bank.balances()).containsExactly(990L, 1000L);
            assertThat(alarms.raised())
                    .containsExactly(new Alarm(transfer.id(), "west", Outcome.COMMITTED, Outcome.ROLLED_BACK));
            assertThatNoneFollows(1);
        }

        @Test
        void aCommitBeforeTheSameDecisionIsSilent() throws Exception {
            Transfer transfer = transferDuringWhich("commit", "select 1");

            assertThat(transfer.answer()).isEqualTo(Outcome.COMMITTED);
            assertThat(bank.balances()).containsExactly(990L, 1010L);
            assertThatNoneFollows(0);
        }

        @Test
        void aCommitOfWhatIsThenRolledBackIsAnAlarmAtOnce() throws Exception {
            Transfer transfer = transferDuringWhich(
                    "commit",
                    "insert into pgxa.decision (gtrid, outcome, xid, coordinator)"
                            + " values ('%s', 'A', pg_current_xact_id(), 'fence')");

            assertThat(transfer.answer()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(bank.balances()).containsExactly(1000L, 1010L);
            assertThat(alarms.raised())
                    .containsExactly(new Alarm(transfer.id(), "west", Outcome.ROLLED_BACK, Outcome.COMMITTED));
            assertThatNoneFollows(1);
        }

        @Test
        void aRollbackOfWhatIsThenRolledBackIsSilent() throws Exception {
            Transfer transfer = transferDuringWhich(
                    "rollback",
                    "insert into pgxa.decision (gtrid, outcome, xid, coordinator)"
                            + " values ('%s', 'A', pg_current_xact_id(), 'fence')");

            assertThat(transfer.answer()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(bank.balances()).containsExactly(1000L, 1000L);
            assertThatNoneFollows(0);
        }
    }

    /** Only recovery knows of the branch. */
    @Nested
    class WithoutACoordinator {

        private final TransactionId id = TransactionId.random();
        private String gid;
        private Connection atWork;

        @BeforeEach
        void aBranchThatRecoveryHasSeen() throws SQLException {
            bank.close();
            bank = open(new RecoverySettings(true, Duration.ofMinutes(5), Duration.ofSeconds(3)));
            somethingIsAtWorkAt(east);
            gid = "pgxa/1/%s/%s/%s".formatted(id, Bank.identity(east), Bank.identity(west));
            try (Connection c = west.connect();
                    Statement s = c.createStatement()) {
                c.setAutoCommit(false);
                s.executeUpdate("update account set balance = balance + 10 where id = 1");
                s.execute("prepare transaction '" + gid + "'");
            }
            // Seen, asked for, and seen again: no decision was made and deleted in between.
            assertThat(bank.xa.recoverNow().left()).isEqualTo(1);
            assertThat(bank.xa.recoverNow().left()).isEqualTo(1);
        }

        /** While anything is at work at the home, its coordinator may be. The branch is left to it for the grace. */
        private void somethingIsAtWorkAt(PostgresNode home) throws SQLException {
            atWork = home.connect();
            atWork.setAutoCommit(false);
            try (Statement s = atWork.createStatement()) {
                s.execute("select pg_current_xact_id()");
            }
        }

        @AfterEach
        void endTheWork() throws SQLException {
            atWork.close();
        }

        private void decide(String outcome) {
            east.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator, participants, participant_xids,"
                    + " participant_incarnations)"
                    + " values ('%s', '%s', pg_current_xact_id(), 'gone', array['%s'], array['1'::xid8], array['x'])"
                            .formatted(id, outcome, Bank.identity(west)));
        }

        private void finish(String verb) {
            west.execute(verb + " prepared '" + gid + "'");
        }

        private void assertThatTheNextPassRaises(Outcome decided, Outcome actual) throws Exception {
            bank.xa.recoverNow();
            assertThat(alarms.raised()).containsExactly(new Alarm(id, "west", decided, actual));
            assertThatNoneFollows(1);
        }

        @Test
        void aRollbackAgainstItsDecisionIsAnAlarmAtTheNextPass() throws Exception {
            decide("C");
            finish("rollback");
            assertThatTheNextPassRaises(Outcome.COMMITTED, Outcome.ROLLED_BACK);
        }

        @Test
        void aCommitAgainstItsDecisionIsAnAlarmAtTheNextPass() throws Exception {
            decide("A");
            finish("commit");
            assertThatTheNextPassRaises(Outcome.ROLLED_BACK, Outcome.COMMITTED);
        }

        @Test
        void theSameWayAsDecidedIsSilent() throws Exception {
            decide("C");
            finish("commit");
            assertThatNoneFollows(0);
        }

        @Test
        void aRollbackOfWhatNobodyDecidedIsSilent() throws Exception {
            finish("rollback");
            assertThatNoneFollows(0);
            assertThat(east.queryForLong("select count(*) from pgxa.decision")).isZero();
        }

        /** Deleting a decision below the mark of a home does not move that mark. The participant's mark moves. */
        @Test
        void whatWasDecidedBelowTheMarkAndForgottenSinceIsSilent() throws Exception {
            east.execute("update pgxa.node set mark = '1000000'");
            String mark = east.queryForString("select mark from pgxa.node");
            assertThat(bank.xa.recoverNow().left()).isEqualTo(1);
            assertThat(bank.xa.recoverNow().left()).isEqualTo(1);
            decideAndForget();
            assertThat(east.queryForString("select mark from pgxa.node")).isEqualTo(mark);

            long graceIsOver = System.nanoTime() + Duration.ofSeconds(4).toNanos();
            while (System.nanoTime() < graceIsOver) {
                bank.xa.recoverNow();
            }
            assertThat(alarms.raised()).isEmpty();
            assertThat(bank.xa.outcome(id))
                    .as("nobody says that it was rolled back")
                    .isEqualTo(Outcome.UNKNOWN);
        }

        /** An instance that keeps decisions for a shorter time deletes it. */
        private void decideAndForget() throws Exception {
            String xid = west.queryForString("select transaction::text from pg_prepared_xacts where gid = ?", gid);
            String incarnation = Bank.incarnation(west);
            east.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator, participants, participant_xids,"
                    + " participant_incarnations)"
                    + " values ('%s', 'C', pg_current_xact_id(), 'gone', array['%s'], array['%s'::xid8], array['%s'])"
                            .formatted(id, Bank.identity(west), xid, incarnation));
            DecisionSettings forgetting = new DecisionSettings("pgxa", true, Duration.ZERO, false);
            try (PostgresXa other =
                    Bank.builder(east, west).decision(forgetting).build()) {
                eventually(
                        LIMIT,
                        "carried out and forgotten",
                        () -> east.queryForLong("select count(*) from pgxa.decision") == 0);
                assertThat(other.inDoubt()).isEmpty();
            }
        }

        @Test
        void aCommitOfWhatNobodyDecidedIsFencedAndIsAnAlarmThen() throws Exception {
            finish("commit");
            eventually(LIMIT, "the grace is over and it is fenced", () -> {
                bank.xa.recoverNow();
                return !alarms.raised().isEmpty();
            });
            assertThat(bank.xa.outcome(id)).isEqualTo(Outcome.ROLLED_BACK);
            assertThatTheNextPassRaises(Outcome.ROLLED_BACK, Outcome.COMMITTED);
        }
    }

    private void assertThatNoneFollows(int before) {
        for (int pass = 0; pass < 5; pass++) {
            assertThat(bank.xa.recoverNow().problems()).isEmpty();
        }
        assertThat(alarms.raised()).hasSize(before);
    }
}
