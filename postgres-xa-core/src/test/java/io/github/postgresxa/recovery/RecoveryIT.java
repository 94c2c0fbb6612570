package io.github.postgresxa.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.PoolSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoveryReport;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.PreparedTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Branches that a coordinator left behind, made by hand like the real ones. */
@PostgresNodes({"east", "west"})
class RecoveryIT {

    private static final RecoverySettings BY_HAND = new RecoverySettings(true, Duration.ofMinutes(5), Duration.ZERO);

    private final TransactionId id = TransactionId.random();
    private PostgresNode east;
    private PostgresNode west;
    private Bank bank;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        bank = Bank.open(b -> b.recovery(BY_HAND), east, west);
    }

    @AfterEach
    void close() {
        bank.close();
    }

    private String gid(String home, String branch) {
        return "pgxa/1/" + id + "/" + home + "/" + branch;
    }

    private void prepare(PostgresNode node, String gid, long amount) throws SQLException {
        try (Connection c = node.connect();
                Statement s = c.createStatement()) {
            c.setAutoCommit(false);
            s.executeUpdate("update account set balance = balance + " + amount + " where id = 1");
            s.execute("prepare transaction '" + gid + "'");
        }
    }

    private void leaveWestPrepared() throws SQLException {
        prepare(west, gid(Bank.identity(east), Bank.identity(west)), 10);
    }

    private void decide(String outcome, String participant) {
        east.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator, participants, participant_xids,"
                + " participant_incarnations)"
                + " values ('%s', '%s', pg_current_xact_id(), 'gone', array['%s'], array['1'::xid8], array['x'])"
                        .formatted(id, outcome, participant));
    }

    @Test
    void aBranchWhoseDecisionIsCommitIsCommitted() throws Exception {
        leaveWestPrepared();
        decide("C", Bank.identity(west));
        assertThat(bank.xa.recoverNow().committed()).isEqualTo(1);
        assertThat(bank.balances()).containsExactly(1000L, 1010L);
    }

    @Test
    void aBranchWithoutADecisionIsFencedFirstAndThenRolledBack() throws Exception {
        leaveWestPrepared();
        RecoveryReport report = recoverUntilDone();
        assertThat(report.rolledBack()).isEqualTo(1);
        assertThat(east.queryForString("select outcome from pgxa.decision where gtrid = ?::uuid", id.toString()))
                .isEqualTo("A");
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
        assertThat(bank.xa.outcome(id)).isEqualTo(Outcome.ROLLED_BACK);
    }

    private RecoveryReport recoverUntilDone() throws Exception {
        RecoveryReport[] last = new RecoveryReport[1];
        Eventually.eventually(Duration.ofSeconds(10), "recovery has an effect", () -> {
            last[0] = bank.xa.recoverNow();
            return last[0].committed() + last[0].rolledBack() > 0;
        });
        return last[0];
    }

    @Test
    void aCoordinatorThatWakesUpAfterTheFenceCannotCommit() throws Exception {
        try (Connection home = east.connect();
                Statement s = home.createStatement()) {
            home.setAutoCommit(false);
            s.executeUpdate("update account set balance = balance - 10 where id = 1");
            leaveWestPrepared();
            recoverUntilDone();
            assertThatThrownBy(() -> s.execute(("insert into pgxa.decision (gtrid, outcome, xid, coordinator)"
                                    + " values ('%s', 'C', pg_current_xact_id(), 'late')")
                            .formatted(id)))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("decision_pkey");
            home.rollback();
        }
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    @Test
    void aFenceWaitsForAHomeThatIsCommittingAndThenObeysItsRow() throws Exception {
        leaveWestPrepared();
        try (Connection home = east.connect();
                Statement s = home.createStatement()) {
            home.setAutoCommit(false);
            s.executeUpdate("update account set balance = balance - 10 where id = 1");
            s.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator, participants, participant_xids,"
                    + " participant_incarnations)"
                    + " values ('%s', 'C', pg_current_xact_id(), 'slow', array['%s'], array['1'::xid8], array['x'])"
                            .formatted(id, Bank.identity(west)));
            ExecutorService other = Executors.newSingleThreadExecutor();
            Future<RecoveryReport> pass = other.submit(() -> bank.xa.recoverNow());
            Eventually.eventually(
                    Duration.ofSeconds(10),
                    "the fence waits for the home",
                    () -> pass.isDone()
                            || east.queryForLong(
                                            "select count(*) from pg_stat_activity where wait_event = 'transactionid'")
                                    > 0);
            home.commit();
            pass.get();
            other.shutdown();
        }
        if (bank.prepared() > 0) {
            recoverUntilDone();
        }
        assertThat(bank.balances()).containsExactly(990L, 1010L);
    }

    @Test
    void aCommitThatDoesNotNameTheBranchIsNoPermission() throws Exception {
        leaveWestPrepared();
        decide("C", "00000000000000aa");
        RecoveryReport report = bank.xa.recoverNow();
        assertThat(report.inDoubt()).isEqualTo(1);
        assertThat(bank.xa.inDoubt()).singleElement().satisfies(b -> {
            assertThat(b.transaction()).isEqualTo(id);
            assertThat(b.home()).isEqualTo("east");
        });
        west.execute("rollback prepared '" + gid(Bank.identity(east), Bank.identity(west)) + "'");
    }

    @Test
    void aBranchWhoseHomeNobodyKnowsStaysInDoubtAndIsReported() throws Exception {
        String gid = gid("00000000000000aa", Bank.identity(west));
        prepare(west, gid, 10);
        assertThat(bank.xa.recoverNow().inDoubt()).isEqualTo(1);
        assertThat(west.preparedTransactions())
                .extracting(PreparedTransaction::gid)
                .containsExactly(gid);
        assertThat(bank.xa.inDoubt().get(0).reason()).contains("identity of its home");
        west.execute("rollback prepared '" + gid + "'");
    }

    @Test
    void aBranchWhoseHomeIsDownWaitsAndOthersDoNot() throws Exception {
        leaveWestPrepared();
        decide("C", Bank.identity(west));
        TransactionId other = TransactionId.random();
        String local = "pgxa/1/" + other + "/" + Bank.identity(west) + "/" + Bank.identity(west);
        west.execute("create table if not exists note (a int)");
        try (Connection c = west.connect();
                Statement s = c.createStatement()) {
            c.setAutoCommit(false);
            s.execute("insert into note values (1)");
            s.execute("prepare transaction '" + local + "'");
        }
        east.stop();
        try {
            RecoveryReport report = recoverUntilDone();
            assertThat(report.rolledBack()).isEqualTo(1);
            assertThat(west.preparedTransactions()).hasSize(1);
            assertThat(bank.xa.nodes())
                    .filteredOn(s -> s.name().equals("east"))
                    .singleElement()
                    .satisfies(s -> assertThat(s.reachable()).isFalse());
        } finally {
            east.start();
        }
        assertThat(recoverUntilDone().committed()).isEqualTo(1);
        assertThat(bank.balances()).containsExactly(1000L, 1010L);
    }

    @Test
    void whatOthersPreparedIsCountedAndNeverTouched() throws Exception {
        List<String> foreign = List.of(
                "1096044365_bm9kZS1BMTc5NTM0ODg5NDU4MDAwMDAx_bm9kZS1BMg==",
                "pgxa/1/not-a-transaction/0123456789abcdef/0123456789abcdef",
                "pgxa/1/" + id + "/" + Bank.identity(east) + "/" + Bank.identity(west) + "/more",
                "'; drop table account; --");
        west.execute("create table if not exists note (a int)");
        for (String gid : foreign) {
            try (Connection c = west.connect();
                    Statement s = c.createStatement()) {
                c.setAutoCommit(false);
                s.execute("insert into note values (1)");
                s.execute("prepare transaction '" + gid.replace("'", "''") + "'");
            }
        }
        for (int pass = 0; pass < 3; pass++) {
            assertThat(bank.xa.recoverNow().problems()).isEmpty();
        }
        assertThat(west.preparedTransactions())
                .extracting(PreparedTransaction::gid)
                .containsExactlyInAnyOrderElementsOf(foreign);
        assertThat(bank.xa.nodes().get(1).preparedForeign()).isEqualTo(foreign.size());
        for (String gid : foreign) {
            west.execute("rollback prepared '" + gid.replace("'", "''") + "'");
        }
    }

    @Test
    void aFullApplicationPoolDoesNotStopIt() throws Exception {
        leaveWestPrepared();
        decide("C", Bank.identity(west));
        int size = PoolSettings.DEFAULT.maxSize();
        CountDownLatch taken = new CountDownLatch(size * 2);
        CountDownLatch done = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(size * 2);
        for (int i = 0; i < size * 2; i++) {
            String node = i % 2 == 0 ? "east" : "west";
            threads.submit(() -> {
                try (Connection c = bank.connection(node)) {
                    taken.countDown();
                    done.await();
                    return c.isClosed();
                }
            });
        }
        taken.await();
        assertThat(bank.xa.recoverNow().committed()).isEqualTo(1);
        done.countDown();
        threads.shutdown();
    }

    @Test
    void twoRecoverersAtOnceHaveOneEffect() throws Exception {
        try (Bank second = Bank.over(Bank.builder(east, west).recovery(BY_HAND).build(), List.of(east, west))) {
            ExecutorService threads = Executors.newFixedThreadPool(2);
            long expected = 1000;
            for (int round = 0; round < 20; round++) {
                TransactionId each = TransactionId.random();
                prepare(west, "pgxa/1/" + each + "/" + Bank.identity(east) + "/" + Bank.identity(west), 1);
                boolean commit = round % 2 == 0;
                if (commit) {
                    east.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator, participants,"
                            + " participant_xids, participant_incarnations)"
                            + " values ('%s', 'C', pg_current_xact_id(), 'gone', array['%s'],"
                                    .formatted(each, Bank.identity(west))
                            + " array['1'::xid8], array['x'])");
                    expected++;
                }
                Eventually.eventually(Duration.ofSeconds(10), "the branch is finished", () -> {
                    Future<RecoveryReport> one = threads.submit(() -> bank.xa.recoverNow());
                    Future<RecoveryReport> two = threads.submit(() -> second.xa.recoverNow());
                    one.get();
                    two.get();
                    return bank.prepared() == 0;
                });
                assertThat(bank.balances()).containsExactly(1000L, expected);
            }
            threads.shutdown();
        }
    }

    @Test
    void namesThatWereSwappedInTheConfigurationDoNoHarm() throws Exception {
        leaveWestPrepared();
        decide("C", Bank.identity(west));
        bank.close();
        try (PostgresXa swapped = PostgresXa.builder()
                .recovery(BY_HAND)
                .node("west", east.jdbcUrl(), east.username(), east.password())
                .node("east", west.jdbcUrl(), west.username(), west.password())
                .build()) {
            assertThat(swapped.recoverNow().committed()).isEqualTo(1);
        }
        assertThat(bank.balances()).containsExactly(1000L, 1010L);
    }

    @Test
    void aBranchThatAnotherRoleOwnsIsFinishedByBecomingThatRole() throws Exception {
        west.execute("create role teller login", "grant all on account to teller");
        try (Connection c = west.connect();
                Statement s = c.createStatement()) {
            s.execute("set role teller");
            c.setAutoCommit(false);
            s.executeUpdate("update account set balance = balance + 10 where id = 1");
            s.execute("prepare transaction '" + gid(Bank.identity(east), Bank.identity(west)) + "'");
        }
        decide("C", Bank.identity(west));
        assertThat(bank.xa.recoverNow().committed()).isEqualTo(1);
        assertThat(bank.balances()).containsExactly(1000L, 1010L);
    }
}
