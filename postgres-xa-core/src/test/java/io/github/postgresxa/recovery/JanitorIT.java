package io.github.postgresxa.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Timer;
import io.github.postgresxa.support.Alarms;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.Fault;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultProxy;
import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.Position;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@PostgresNodes({"east", "west"})
class JanitorIT {

    /** The shortest retention: a decision is deleted as soon as it is carried out everywhere. */
    private static final DecisionSettings AT_ONCE = new DecisionSettings("pgxa", true, Duration.ZERO, false);

    private PostgresNode east;
    private Bank bank;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        this.east = east;
        bank = Bank.open(b -> b.decision(AT_ONCE), east, west);
        east.execute("truncate pgxa.decision");
    }

    @AfterEach
    void close() {
        bank.close();
    }

    private long rows() {
        return east.queryForLong("select count(*) from pgxa.decision");
    }

    @Test
    void forgetsADecisionThatWasCarriedOutEverywhereAndRaisesTheMark() throws Exception {
        bank.transaction().begin();
        bank.add("east", -1);
        bank.add("west", 1);
        bank.transaction().commit();
        Eventually.eventually(Duration.ofSeconds(10), "the row is gone", () -> rows() == 0);
        assertThat(east.queryForString("select mark from pgxa.node")).isNotEmpty();
    }

    /** A late caller has nothing but the mark: below it, "no row" proves nothing. */
    @Test
    void theMarkIsTheHighestXidThatWasEverDeleted() throws Exception {
        insertCarriedOut("1000000", "900000", "1000500", "950000");
        Eventually.eventually(Duration.ofSeconds(10), "all are gone", () -> rows() == 0);
        assertThat(east.queryForString("select mark from pgxa.node")).isEqualTo("1000500");

        insertCarriedOut("800000");
        Eventually.eventually(Duration.ofSeconds(10), "it is gone", () -> rows() == 0);
        assertThat(east.queryForString("select mark from pgxa.node")).isEqualTo("1000500");
        east.execute("update pgxa.node set mark = null");
    }

    private void insertCarriedOut(String... xids) {
        east.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator, decided_at)"
                + " select gen_random_uuid(), 'C', x::xid8, 'many', now() - interval '1 s' from unnest(array['%s']) x"
                        .formatted(String.join("', '", xids)));
    }

    @Test
    void keepsUpWithManyDecisionsAndForgetsThoseOfSingleWritersToo() throws Exception {
        east.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator, decided_at)"
                + " select gen_random_uuid(), 'C', '1'::xid8, 'many', now() - g * interval '1 ms'"
                + " from generate_series(1, 5000) g");
        Eventually.eventually(Duration.ofSeconds(20), "all are gone", () -> rows() == 0);
    }

    /** For example, a node does not answer, so that each transaction leaves something to recovery. */
    @Test
    void cleansUpAlsoWhereSomethingIsAlwaysLeftToRecovery() throws Exception {
        bank.close();
        ExecutorService workers = Executors.newCachedThreadPool();
        try (Timer timer = Timer.start("janitor under test");
                Recovery recovery = new Recovery(
                        List.of(new Node(Bank.settings(east), "test")),
                        new DecisionSchema(AT_ONCE),
                        new DecisionLog("pgxa", "bank"),
                        AT_ONCE,
                        Bank.FAST,
                        new XaListener() {},
                        workers,
                        timer)) {
            timer.repeat(Duration.ZERO, Duration.ofMillis(100), recovery::wake);
            recovery.scanAll().join();
            recovery.start();
            insertCarriedOut("1");
            Eventually.eventually(Duration.ofSeconds(10), "the row is gone", () -> rows() == 0);
        } finally {
            workers.shutdown();
        }
    }

    @Test
    void aRowOfTheSameMomentAsTheLastOfAPageIsNotPassedOver() throws Exception {
        east.execute(
                "insert into pgxa.decision (gtrid, outcome, xid, coordinator, participants, participant_xids,"
                        + " participant_incarnations, decided_at)"
                        + " select ('00000000-0000-4000-8000-' || lpad(g::text, 12, '0'))::uuid,"
                        + " 'C', '3', 'stays', array['0123456789abcdef'], array['5'::xid8], array['y'], '2026-01-01'"
                        + " from generate_series(1, 1000) g",
                "insert into pgxa.decision (gtrid, outcome, xid, coordinator, decided_at)"
                        + " values ('ffffffff-0000-4000-8000-000000000000', 'C', '3', 'goes', '2026-01-01')");
        Eventually.eventually(
                Duration.ofSeconds(10),
                "the one that can go is gone",
                () -> east.queryForLong("select count(*) from pgxa.decision where coordinator = 'goes'") == 0);
        assertThat(rows()).isEqualTo(1000);
    }

    /** A transaction may work far longer than the retention. */
    @Test
    void theRetentionCountsFromTheDecision(PostgresNode west) throws Exception {
        bank.close();
        try (Bank keeping = Bank.open(east, west)) {
            keeping.transaction().begin();
            keeping.add("east", -1);
            keeping.add("west", 1);
            TransactionId id = keeping.xa.currentTransaction().orElseThrow();
            String worked = east.queryForString("select clock_timestamp()");
            keeping.transaction().commit();
            assertThat(east.queryForString(
                            "select decided_at >= '%s'::timestamptz from pgxa.decision where gtrid = '%s'"
                                    .formatted(worked, id)))
                    .isEqualTo("t");
        }
    }

    @Test
    void keepsADecisionWhoseBranchIsStillPrepared(PostgresNode west) throws Exception {
        try (Bank watcher = Bank.open(
                b -> b.decision(AT_ONCE)
                        .recovery(new RecoverySettings(false, Duration.ofMillis(100), Duration.ofSeconds(1))),
                east,
                west)) {
            bank.close();
            TransactionId id = TransactionId.random();
            String gid = "pgxa/1/%s/%s/%s"
                    .formatted(
                            id,
                            east.queryForString("select identity from pgxa.node"),
                            west.queryForString("select identity from pgxa.node"));
            try (Connection c = west.connect();
                    Statement s = c.createStatement()) {
                c.setAutoCommit(false);
                s.executeUpdate("update account set balance = 7 where id = 1");
                s.execute("prepare transaction '" + gid + "'");
            }
            Eventually.eventually(
                    Duration.ofSeconds(10),
                    "the branch is seen and reported, but nobody may act",
                    () -> watcher.xa.inDoubt().size() == 1);
            assertThat(watcher.xa.inDoubt().get(0).reason()).contains("switched off");
            west.execute("rollback prepared '" + gid + "'");
        }
    }

    @Test
    void keepsAFenceWhileATransactionRunsThatCouldStillDecide() throws Exception {
        try (Connection running = east.connect();
                Statement s = running.createStatement()) {
            running.setAutoCommit(false);
            // It owns a transaction id.
            s.executeUpdate("update account set balance = balance where id = 1");
            east.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator)"
                    + " values (gen_random_uuid(), 'A', pg_current_xact_id(), 'fence')");
            long swept = east.queryForLong("select count(*) from pgxa.decision where outcome = 'A'");
            assertThat(swept).isEqualTo(1);
            // A decision is written and forgotten meanwhile: that shows that the janitor has passed by.
            bank.transaction().begin();
            bank.execute("east", "create table if not exists passed (a int)");
            bank.add("west", 1);
            bank.transaction().commit();
            Eventually.eventually(Duration.ofSeconds(10), "the janitor has passed by", () -> rows() == 1);
            assertThat(east.queryForLong("select count(*) from pgxa.decision where outcome = 'A'"))
                    .isEqualTo(1);
            running.rollback();
        }
        Eventually.eventually(Duration.ofSeconds(10), "the fence is gone", () -> rows() == 0);
    }

    @Test
    void keepsADecisionThatSomebodyContradictedByHand(PostgresNode west) throws Exception {
        String home = east.queryForString("select identity from pgxa.node");
        String branch = west.queryForString("select identity from pgxa.node");
        String xid;
        TransactionId id = TransactionId.random();
        String gid = "pgxa/1/%s/%s/%s".formatted(id, home, branch);
        bank.close();
        try (Connection c = west.connect();
                Statement s = c.createStatement()) {
            c.setAutoCommit(false);
            s.executeUpdate("update account set balance = 7 where id = 1");
            try (ResultSet rows = s.executeQuery("select pg_current_xact_id()")) {
                rows.next();
                xid = rows.getString(1);
            }
            s.execute("prepare transaction '" + gid + "'");
        }
        String incarnation = Bank.incarnation(west);
        west.execute("rollback prepared '" + gid + "'");
        east.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator, participants, participant_xids,"
                + " participant_incarnations)"
                + " values ('%s', 'C', pg_current_xact_id(), 'gone', array['%s'], array['%s'::xid8], array['%s'])"
                        .formatted(id, branch, xid, incarnation));
        Alarms alarms = new Alarms();
        bank = Bank.open(b -> b.decision(AT_ONCE).listener(alarms), east, west);
        bank.transaction().begin();
        bank.add("east", -1);
        bank.add("west", 1);
        bank.transaction().commit();
        Eventually.eventually(Duration.ofSeconds(10), "the other row is gone", () -> rows() == 1);
        assertThat(alarms.raised())
                .containsExactly(new Alarms.Alarm(id, "west", Outcome.COMMITTED, Outcome.ROLLED_BACK));
        assertThat(east.queryForString("select gtrid from pgxa.decision")).isEqualTo(id.toString());
    }

    /**
     * The home fails over after the janitor has read the decision. The decision is lost, so its branch is rightly
     * rolled back.
     */
    @Test
    void aDecisionThatIsLostWhileItIsVerifiedIsNotContradicted(PostgresNode west) throws Exception {
        Alarms alarms = new Alarms();
        FaultPlan plan = new FaultPlan();
        try (FaultProxy way = FaultProxy.before(west, plan);
                PostgresXa xa = PostgresXa.builder()
                        .home("first-used")
                        .node("east", east.jdbcUrl(), east.username(), east.password())
                        .node("west", way.jdbcUrl(), west.username(), west.password())
                        .recovery(new RecoverySettings(true, Duration.ofMinutes(5), Duration.ZERO))
                        .decision(AT_ONCE)
                        .listener(alarms)
                        .build()) {
            // Its recovery would finish the branch.
            bank.close();
            TransactionId id = TransactionId.random();
            Bank.leavePrepared(id, 1, east, west);
            String gid = west.preparedTransactions().get(0).gid();
            Fault verify = plan.at(MessageKind.VERIFY).nth(1).call(Position.BEFORE_FORWARDING, () -> {
                east.execute("delete from pgxa.decision");
                west.execute("rollback prepared '" + gid + "'");
            });
            east.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator, participants, participant_xids,"
                    + " participant_incarnations)"
                    + " values ('%s', 'C', pg_current_xact_id(), 'bank', array['%s'], array['%s'::xid8],"
                            .formatted(
                                    id,
                                    Bank.identity(west),
                                    west.queryForString("select transaction::text from pg_prepared_xacts"))
                    + " array['%s'])".formatted(Bank.incarnation(west)));
            Eventually.eventually(Duration.ofSeconds(10), "it was verified", verify::hasFired);
            insertCarriedOut("700000");
            Eventually.eventually(Duration.ofSeconds(10), "the janitor has passed by once more", () -> rows() == 0);
            assertThat(alarms.raised()).isEmpty();
            assertThat(xa.inDoubt()).isEmpty();
        }
    }
}
