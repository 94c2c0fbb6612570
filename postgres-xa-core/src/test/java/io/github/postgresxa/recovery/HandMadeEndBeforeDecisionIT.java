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
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A person finishes a prepared branch by hand. The decision becomes known only later, or is made only then. */
@PostgresNodes({"east", "west"})
class HandMadeEndBeforeDecisionIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final RecoverySettings BY_HAND = new RecoverySettings(true, Duration.ofMinutes(5), Duration.ZERO);

    private final Alarms alarms = new Alarms();
    private final TransactionId id = TransactionId.random();
    private PostgresNode east;
    private PostgresNode west;

    @BeforeEach
    void freshSchemas(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        for (PostgresNode node : List.of(east, west)) {
            node.execute("drop schema if exists pgxa cascade");
        }
        Bank.createAccounts(east, west);
        Bank.builder(east, west).build().close();
    }

    @AfterEach
    void leaveNothingPrepared() {
        for (PostgresNode node : List.of(east, west)) {
            node.start();
            node.preparedTransactions().forEach(p -> node.execute("rollback prepared '%s'".formatted(p.gid())));
        }
    }

    private PostgresXa open(RecoverySettings recovery) {
        return Bank.builder(east, west).recovery(recovery).listener(alarms).build();
    }

    /** {@return the branch's xid} */
    private static String prepare(PostgresNode node, String gid) throws SQLException {
        try (Connection c = node.connect();
                Statement s = c.createStatement()) {
            c.setAutoCommit(false);
            s.executeUpdate("update account set balance = balance + 10 where id = 1");
            String xid;
            try (ResultSet row = s.executeQuery("select pg_current_xact_id()")) {
                row.next();
                xid = row.getString(1);
            }
            s.execute("prepare transaction '" + gid + "'");
            return xid;
        }
    }

    private void eventuallyAlarmed(PostgresXa xa, Alarm... expected) throws Exception {
        eventually(LIMIT, "an alarm", () -> {
            xa.recoverNow();
            return !alarms.raised().isEmpty();
        });
        xa.recoverNow();
        assertThat(alarms.raised()).containsExactly(expected);
    }

    /** The one-phase case: the decision is with the home's own work, and the home is down. */
    @Nested
    class WhileTheHomeIsDown {

        private String gid;

        @BeforeEach
        void name() {
            gid = "pgxa/1/%s/%s/%s".formatted(id, Bank.identity(east), Bank.identity(west));
        }

        private void decide(String outcome, String xid) {
            String incarnation = Bank.incarnation(west);
            String named = outcome.equals("C")
                    ? "array['%s'], array['%s'::xid8], array['%s']".formatted(Bank.identity(west), xid, incarnation)
                    : "'{}', '{}', '{}'";
            east.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator, participants, participant_xids,"
                    + " participant_incarnations)"
                    + " values ('%s', '%s', pg_current_xact_id(), 'gone', %s)".formatted(id, outcome, named));
        }

        private void seenAndFinishedByHand(PostgresXa xa, String verb) {
            assertThat(xa.recoverNow().inDoubt()).isEqualTo(1);
            assertThat(xa.recoverNow().inDoubt()).isEqualTo(1);
            west.execute(verb + " prepared '" + gid + "'");
            xa.recoverNow();
        }

        @Test
        void aCommitOfWhatWasNeverDecidedIsAnAlarmOnceTheHomeIsBack() throws Exception {
            try (PostgresXa xa = open(BY_HAND)) {
                xa.recoverNow();
                east.stop();
                prepare(west, gid);
                seenAndFinishedByHand(xa, "commit");
                east.start();
                eventuallyAlarmed(xa, new Alarm(id, "west", Outcome.ROLLED_BACK, Outcome.COMMITTED));
                assertThat(xa.outcome(id)).isEqualTo(Outcome.ROLLED_BACK);
            }
        }

        @Test
        void aCommitAgainstAFenceIsAnAlarmOnceTheHomeIsBack() throws Exception {
            try (PostgresXa xa = open(BY_HAND)) {
                xa.recoverNow();
                decide("A", "");
                east.stop();
                prepare(west, gid);
                seenAndFinishedByHand(xa, "commit");
                east.start();
                eventuallyAlarmed(xa, new Alarm(id, "west", Outcome.ROLLED_BACK, Outcome.COMMITTED));
            }
        }

        @Test
        void aProcessThatStartsDuringTheOutageRaisesTheAlarm() throws Exception {
            decide("C", prepare(west, gid));
            east.stop();
            try (PostgresXa xa = open(BY_HAND)) {
                seenAndFinishedByHand(xa, "rollback");
                east.start();
                eventuallyAlarmed(xa, new Alarm(id, "west", Outcome.COMMITTED, Outcome.ROLLED_BACK));
            }
        }

        @Test
        void theSameWayAsDecidedIsSilentAlsoIfTheDecisionIsForgottenByThen() throws Exception {
            try (PostgresXa xa = open(BY_HAND)) {
                xa.recoverNow();
                String xid = prepare(west, gid);
                decide("C", xid);
                east.stop();
                seenAndFinishedByHand(xa, "commit");
                east.start();
                east.execute("delete from pgxa.decision");
                eventually(LIMIT, "the home answers", () -> {
                    xa.recoverNow();
                    return xa.nodes().get(0).reachable();
                });
                for (int pass = 0; pass < 3; pass++) {
                    xa.recoverNow();
                }
                assertThat(alarms.raised()).isEmpty();
                assertThat(xa.outcome(id))
                        .as("nobody says that it was rolled back")
                        .isEqualTo(Outcome.UNKNOWN);
            }
        }
    }

    /** The subordinate case: a branch is finished by hand before the transaction manager decides. */
    @Nested
    class BeforeTheManagerDecides {

        private String atEast;
        private String atWest;

        @BeforeEach
        void prepareBoth() throws SQLException {
            String name = "pgxa/2/%s/%s/%s/0000002a.Zw.YQ";
            atEast = name.formatted(id, Bank.identity(east), Bank.identity(east));
            atWest = name.formatted(id, Bank.identity(east), Bank.identity(west));
            prepare(east, atEast);
            prepare(west, atWest);
        }

        private static Xid listed(XAResource manager) throws XAException {
            Xid[] found = manager.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN);
            assertThat(found).hasSize(1);
            return found[0];
        }

        private void seenAndFinishedByHand(PostgresXa xa, String verb) {
            xa.recoverNow();
            xa.recoverNow();
            west.execute(verb + " prepared '" + atWest + "'");
            xa.recoverNow();
            xa.recoverNow();
        }

        @Test
        void aRollbackIsAnAlarmOnceTheManagerCommits() throws Exception {
            try (PostgresXa xa = open(BY_HAND)) {
                seenAndFinishedByHand(xa, "rollback");
                XAResource manager = xa.recoveryResource(x -> true);
                manager.commit(listed(manager), false);
                eventuallyAlarmed(xa, new Alarm(id, "west", Outcome.COMMITTED, Outcome.ROLLED_BACK));
            }
        }

        @Test
        void aCommitIsAnAlarmOnceTheManagerRollsBack() throws Exception {
            try (PostgresXa xa = open(BY_HAND)) {
                seenAndFinishedByHand(xa, "commit");
                XAResource manager = xa.recoveryResource(x -> true);
                manager.rollback(listed(manager));
                eventuallyAlarmed(xa, new Alarm(id, "west", Outcome.ROLLED_BACK, Outcome.COMMITTED));
            }
        }

        @Test
        void whatTheManagerThenDecidesTheSameWayIsSilent() throws Exception {
            try (PostgresXa xa = open(BY_HAND)) {
                seenAndFinishedByHand(xa, "commit");
                XAResource manager = xa.recoveryResource(x -> true);
                manager.commit(listed(manager), false);
                eventually(LIMIT, "the other branch is committed", () -> {
                    xa.recoverNow();
                    return east.preparedTransactions().isEmpty();
                });
                xa.recoverNow();
                assertThat(alarms.raised()).isEmpty();
            }
        }

        /** No process has seen the branch vanish: only the row shows it. */
        @Test
        void anEndAgainstADecisionOfTheManagersRecoveryIsAnAlarmAlsoIfNoProcessHasSeenIt() throws Exception {
            RecoverySettings off = new RecoverySettings(false, Duration.ofMinutes(5), Duration.ofMinutes(5));
            try (PostgresXa xa = open(off)) {
                XAResource manager = xa.recoveryResource(x -> true);
                manager.commit(listed(manager), false);
            }
            west.execute("rollback prepared '" + atWest + "'");
            DecisionSettings forgetting = new DecisionSettings("pgxa", true, Duration.ZERO, false);
            try (PostgresXa xa = Bank.builder(east, west)
                    .decision(forgetting)
                    .listener(alarms)
                    .build()) {
                eventuallyAlarmed(xa, new Alarm(id, "west", Outcome.COMMITTED, Outcome.ROLLED_BACK));
                assertThat(east.queryForLong("select count(*) from pgxa.decision"))
                        .isEqualTo(1);
            }
        }
    }
}
