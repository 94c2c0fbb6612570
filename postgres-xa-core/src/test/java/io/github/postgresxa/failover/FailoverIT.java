package io.github.postgresxa.failover;

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
import io.github.postgresxa.test.PreparedTransaction;
import io.github.postgresxa.test.StandbyNode;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.RollbackException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A node dies and its standby takes over, behind an address that leads to the server that takes writes. */
@PostgresNodes({"east", "west"})
class FailoverIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final RecoverySettings BY_HAND = new RecoverySettings(true, Duration.ofMinutes(5), Duration.ZERO);

    private final Alarms alarms = new Alarms();
    private final List<StandbyNode> standbys = new ArrayList<>();
    private PostgresNode east;
    private PostgresNode west;
    private @Nullable PostgresXa xa;

    @BeforeEach
    void accountsAndSchemas(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        Bank.createAccounts(east, west);
        Bank.builder(east, west).build().close();
        for (PostgresNode node : List.of(east, west)) {
            node.execute("create table ledger (transfer uuid primary key, amount int not null)");
        }
    }

    @AfterEach
    void close() {
        if (xa != null) {
            xa.close();
        }
        for (PostgresNode node : List.of(east, west)) {
            node.start();
        }
        standbys.forEach(StandbyNode::close);
        for (PostgresNode node : List.of(east, west)) {
            node.preparedTransactions().forEach(p -> node.execute("rollback prepared '%s'".formatted(p.gid())));
            node.execute("drop schema pgxa cascade", "drop table ledger, account");
        }
    }

    private StandbyNode standbyOf(PostgresNode node) {
        StandbyNode made = node.standby(node.name() + "2");
        standbys.add(made);
        return made;
    }

    private PostgresXa open(RecoverySettings recovery, String eastUrl, String westUrl) {
        PostgresXa opened = PostgresXa.builder()
                .home("first-used")
                .name("bank")
                .node("east", eastUrl, "postgres", "postgres")
                .node("west", westUrl, "postgres", "postgres")
                .recovery(recovery)
                .listener(alarms)
                .build();
        xa = opened;
        return opened;
    }

    /** A branch on west that a dead coordinator has left, with what its decision says of it. */
    private record Left(TransactionId id, String gid, String xid, String incarnation) {}

    private Left leavePrepared(int account) throws SQLException {
        TransactionId id = TransactionId.random();
        String gid = "pgxa/1/%s/%s/%s".formatted(id, Bank.identity(east), Bank.identity(west));
        try (Connection c = west.connect();
                Statement s = c.createStatement()) {
            c.setAutoCommit(false);
            s.executeUpdate("insert into account values (%d, 10)".formatted(account));
            String xid;
            try (ResultSet row = s.executeQuery("select pg_current_xact_id()")) {
                row.next();
                xid = row.getString(1);
            }
            s.execute("prepare transaction '" + gid + "'");
            return new Left(id, gid, xid, Bank.incarnation(west));
        }
    }

    private void decide(Left left) {
        east.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator, participants, participant_xids,"
                + " participant_incarnations)"
                + " values ('%s', 'C', pg_current_xact_id(), 'gone', array['%s'], array['%s'::xid8], array['%s'])"
                        .formatted(left.id, Bank.identity(west), left.xid, left.incarnation));
    }

    private static long accounts(PostgresNode node, int account) {
        return node.queryForLong("select count(*) from account where id = ?", account);
    }

    private void failOver(PostgresXa xa, StandbyNode east2) throws Exception {
        east.kill();
        xa.recoverNow();
        assertThat(xa.nodes().get(0).reachable()).isFalse();
        east2.promote();
        eventually(LIMIT, "it is looked at", () -> {
            xa.recoverNow();
            return xa.nodes().get(0).reachable();
        });
        xa.recoverNow();
    }

    private void recoverUntilNothingIsPrepared(PostgresNode node) throws Exception {
        PostgresXa opened = Objects.requireNonNull(xa);
        eventually(LIMIT, "nothing is prepared on " + node, () -> {
            opened.recoverNow();
            return node.preparedTransactions().isEmpty();
        });
    }

    /** Nothing that was acknowledged is lost. */
    @Nested
    class ToASynchronousStandby {

        @Test
        void ofAParticipantItsBranchesAreFinishedAsDecided() throws Exception {
            StandbyNode west2 = standbyOf(west);
            west2.makeSynchronous();
            open(BY_HAND, east.jdbcUrl(), west2.failoverUrl());
            Left decided = leavePrepared(2);
            Left undecided = leavePrepared(3);
            decide(decided);

            west.kill();
            west2.promote();

            assertThat(west2.preparedTransactions())
                    .extracting(PreparedTransaction::gid)
                    .containsExactlyInAnyOrder(decided.gid, undecided.gid);
            recoverUntilNothingIsPrepared(west2);
            assertThat(accounts(west2, 2)).isEqualTo(1);
            assertThat(accounts(west2, 3)).isZero();
            assertThat(alarms.raised()).isEmpty();
        }

        @Test
        void ofTheHomeBranchesElsewhereAreFinishedAsDecided() throws Exception {
            StandbyNode east2 = standbyOf(east);
            east2.makeSynchronous();
            PostgresXa xa = open(BY_HAND, east2.failoverUrl(), west.jdbcUrl());
            Left decided = leavePrepared(2);
            Left undecided = leavePrepared(3);
            decide(decided);

            east.kill();
            assertThat(xa.recoverNow().inDoubt())
                    .as("without a home nothing is done")
                    .isEqualTo(2);
            east2.promote();

            recoverUntilNothingIsPrepared(west);
            assertThat(accounts(west, 2)).isEqualTo(1);
            assertThat(accounts(west, 3)).isZero();
            assertThat(xa.outcome(decided.id)).isEqualTo(Outcome.COMMITTED);
            assertThat(xa.outcome(undecided.id)).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(alarms.raised()).isEmpty();
        }

        /** An instance that keeps decisions for a shorter time deletes it. */
        @Test
        void ofTheHomeADecisionThatWasCarriedOutAndForgottenIsNotLost() throws Exception {
            StandbyNode east2 = standbyOf(east);
            east2.makeSynchronous();
            PostgresXa xa = open(BY_HAND, east2.failoverUrl(), west.jdbcUrl());
            assertThat(new Load(xa).transfer(UUID.randomUUID().toString(), List.of("east", "west")))
                    .isEqualTo(Outcome.COMMITTED);
            try (PostgresXa forgetting = PostgresXa.builder()
                    .home("first-used")
                    .node("east", east2.failoverUrl(), "postgres", "postgres")
                    .node("west", west.jdbcUrl(), "postgres", "postgres")
                    .recovery(Bank.FAST)
                    .decision(new DecisionSettings("pgxa", true, Duration.ZERO, false))
                    .build()) {
                eventually(
                        LIMIT, "it is forgotten", () -> east.queryForLong("select count(*) from pgxa.decision") == 0);
                assertThat(forgetting.inDoubt()).isEmpty();
            }

            failOver(xa, east2);
            assertThat(alarms.raised()).isEmpty();
        }

        /** It has no branch that shows it. Its home's own mark does. */
        @Test
        void ofTheHomeASingleWritersDecisionThatWasForgottenIsNotLost() throws Exception {
            StandbyNode east2 = standbyOf(east);
            east2.makeSynchronous();
            PostgresXa xa = PostgresXa.builder()
                    .home("first-used")
                    .node("east", east2.failoverUrl(), "postgres", "postgres")
                    .node("west", west.jdbcUrl(), "postgres", "postgres")
                    .recovery(BY_HAND)
                    .decision(new DecisionSettings("pgxa", true, Duration.ofHours(1), true))
                    .listener(alarms)
                    .build();
            FailoverIT.this.xa = xa;
            assertThat(new Load(xa).transfer(UUID.randomUUID().toString(), List.of("east")))
                    .isEqualTo(Outcome.COMMITTED);
            assertThat(east.queryForLong("select count(*) from pgxa.decision")).isEqualTo(1);
            east.execute(
                    "with gone as (delete from pgxa.decision returning xid) update pgxa.node set mark = xid from gone");

            failOver(xa, east2);

            assertThat(alarms.raised()).isEmpty();
        }

        @Test
        void ofEachNodeUnderLoadEveryAnswerStaysTrue() throws Exception {
            StandbyNode east2 = standbyOf(east);
            StandbyNode west2 = standbyOf(west);
            east2.makeSynchronous();
            west2.makeSynchronous();
            Load load = new Load(open(Bank.FAST, east2.failoverUrl(), west2.failoverUrl()));
            load.start();
            load.awaitMore(40);
            east.kill();
            east2.promote();
            load.awaitMore(40);
            west.kill();
            west2.promote();
            load.awaitMore(40);
            load.stop();
            recoverUntilNothingIsPrepared(east2);
            recoverUntilNothingIsPrepared(west2);

            Set<String> atEast = load.ledger(east2);
            Set<String> atWest = load.ledger(west2);
            assertThat(atEast).as("all or nothing").isEqualTo(atWest);
            assertThat(atEast).containsAll(load.that(Outcome.COMMITTED));
            assertThat(atEast).doesNotContainAnyElementsOf(load.that(Outcome.ROLLED_BACK));
            assertThat(alarms.raised()).isEmpty();
        }
    }

    /** Small transfers from two threads, each with a row on both nodes. The homes alternate between the nodes. */
    private static final class Load {

        private final PostgresXa xa;
        private final Map<String, Outcome> answers = new ConcurrentHashMap<>();
        private final List<Thread> threads = new ArrayList<>();
        private volatile boolean stopped;

        Load(PostgresXa xa) {
            this.xa = xa;
        }

        void start() {
            for (int i = 0; i < 2; i++) {
                Thread thread = new Thread(this::work, "load-" + i);
                threads.add(thread);
                thread.start();
            }
        }

        private void work() {
            for (int i = 0; !stopped; i++) {
                String id = UUID.randomUUID().toString();
                answers.put(id, transfer(id, i % 2 == 0 ? List.of("east", "west") : List.of("west", "east")));
            }
        }

        private Outcome transfer(String id, List<String> nodes) {
            try {
                xa.userTransaction().begin();
                try {
                    for (String node : nodes) {
                        try (Connection c = xa.dataSource(node).getConnection();
                                Statement s = c.createStatement()) {
                            s.executeUpdate("insert into ledger values ('%s', 1)".formatted(id));
                        }
                    }
                } catch (SQLException e) {
                    xa.userTransaction().rollback();
                    return Outcome.ROLLED_BACK;
                }
                xa.userTransaction().commit();
                return Outcome.COMMITTED;
            } catch (RollbackException e) {
                return Outcome.ROLLED_BACK;
            } catch (HeuristicMixedException e) {
                return Outcome.UNKNOWN;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        Set<String> that(Outcome outcome) {
            Set<String> found = new TreeSet<>();
            answers.forEach((id, answer) -> {
                if (answer == outcome) {
                    found.add(id);
                }
            });
            return found;
        }

        void awaitMore(int commits) throws Exception {
            int before = that(Outcome.COMMITTED).size();
            eventually(
                    Duration.ofSeconds(40),
                    commits + " more commits",
                    () -> that(Outcome.COMMITTED).size() >= before + commits);
        }

        void stop() throws InterruptedException {
            stopped = true;
            for (Thread thread : threads) {
                thread.join();
            }
        }

        Set<String> ledger(PostgresNode node) {
            String all = node.queryForString("select string_agg(transfer::text, ',') from ledger");
            return new TreeSet<>(List.of(all.split(",")));
        }
    }

    /** What the old primary acknowledged may be lost: that is not promised, but noticed. */
    @Nested
    class ToAnAsynchronousStandby {

        @Test
        void aCommitThatIsLostIsRepeatedFromTheDecision() throws Exception {
            StandbyNode west2 = standbyOf(west);
            PostgresXa xa = open(BY_HAND, east.jdbcUrl(), west2.failoverUrl());
            Left left = leavePrepared(2);
            west2.awaitCaughtUp();
            west2.stop();
            decide(left);
            assertThat(xa.recoverNow().committed()).isEqualTo(1);
            assertThat(accounts(west, 2)).isEqualTo(1);

            west.kill();
            west2.start();
            west2.promote();

            assertThat(accounts(west2, 2)).isZero();
            recoverUntilNothingIsPrepared(west2);
            assertThat(accounts(west2, 2)).isEqualTo(1);
            assertThat(alarms.raised()).isEmpty();
        }

        @Test
        void branchesThatAreLostAreReportedByTheirTransactionsAndNoOthers() throws Exception {
            StandbyNode west2 = standbyOf(west);
            PostgresXa xa = open(BY_HAND, east.jdbcUrl(), west2.failoverUrl());
            Left kept = leavePrepared(2);
            decide(kept);
            xa.recoverNow();
            west2.awaitCaughtUp();
            west2.stop();
            Left lost = leavePrepared(3);
            Left alsoLost = leavePrepared(4);
            decide(lost);
            decide(alsoLost);
            assertThat(xa.recoverNow().committed()).isEqualTo(2);
            assertThat(accounts(west, 3) + accounts(west, 4)).isEqualTo(2);

            west.kill();
            west2.start();
            west2.promote();

            eventually(LIMIT, "an alarm", () -> {
                xa.recoverNow();
                return !alarms.raised().isEmpty();
            });
            xa.recoverNow();
            assertThat(alarms.raised())
                    .containsExactlyInAnyOrder(
                            new Alarm(lost.id, "west", Outcome.COMMITTED, Outcome.ROLLED_BACK),
                            new Alarm(alsoLost.id, "west", Outcome.COMMITTED, Outcome.ROLLED_BACK));
            assertThat(accounts(west2, 2)).isEqualTo(1);
            assertThat(accounts(west2, 3) + accounts(west2, 4)).isZero();
        }

        /** The report comes at once: later the xid may be assigned again, and then proves nothing. */
        @Test
        void branchesThatAreLostAreReportedAlsoWhileAThirdNodeIsDown() throws Exception {
            StandbyNode west2 = standbyOf(west);
            PostgresXa xa = openWithNorthDown(east.jdbcUrl(), west2.failoverUrl());
            xa.recoverNow();
            west2.awaitCaughtUp();
            west2.stop();
            Left lost = leavePrepared(3);
            decide(lost);
            assertThat(xa.recoverNow().committed()).isEqualTo(1);

            west.kill();
            west2.start();
            west2.promote();

            eventually(LIMIT, "an alarm", () -> {
                xa.recoverNow();
                return !alarms.raised().isEmpty();
            });
            assertThat(alarms.raised())
                    .containsExactly(new Alarm(lost.id, "west", Outcome.COMMITTED, Outcome.ROLLED_BACK));
        }

        @Test
        void whatAHomeHasAnsweredAndLostIsReportedAlsoWhileAThirdNodeIsDown() throws Exception {
            StandbyNode east2 = standbyOf(east);
            PostgresXa xa = openWithNorthDown(east2.failoverUrl(), west.jdbcUrl());
            Bank bank = Bank.over(xa, List.of(east, west));
            east2.awaitCaughtUp();
            east2.stop();
            Transfer lost = Transfer.start(bank);
            assertThat(lost.answer()).isEqualTo(Outcome.COMMITTED);

            east.kill();
            east2.start();
            east2.promote();

            eventually(LIMIT, "an alarm", () -> {
                xa.recoverNow();
                return !alarms.raised().isEmpty();
            });
            assertThat(alarms.raised())
                    .containsExactly(new Alarm(lost.id(), "east", Outcome.COMMITTED, Outcome.ROLLED_BACK));
        }

        private PostgresXa openWithNorthDown(String eastUrl, String westUrl) {
            PostgresXa opened = PostgresXa.builder()
                    .home("first-used")
                    .node("north", "jdbc:postgresql://localhost:1/postgres", "postgres", "postgres")
                    .node("east", eastUrl, "postgres", "postgres")
                    .node("west", westUrl, "postgres", "postgres")
                    .recovery(BY_HAND)
                    .listener(alarms)
                    .build();
            xa = opened;
            return opened;
        }

        /** The status of the xid belongs to another transaction by then, and says "committed". */
        @Test
        void aDecisionIsKeptWhereAnotherTransactionHasTheXidOfALostBranch() throws Exception {
            StandbyNode west2 = standbyOf(west);
            west2.awaitCaughtUp();
            west2.stop();
            Left lost = leavePrepared(2);
            decide(lost);
            west.execute("commit prepared '" + lost.gid + "'");
            west.kill();
            west2.start();
            west2.promote();
            eventually(LIMIT, "another transaction has the xid", () -> {
                west2.execute("insert into ledger values (gen_random_uuid(), 1)");
                return "committed".equals(status(west2, lost.xid));
            });
            TransactionId alone = TransactionId.random();
            east.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator)"
                    + " values ('%s', 'C', pg_current_xact_id(), 'gone')".formatted(alone));

            xa = PostgresXa.builder()
                    .home("first-used")
                    .node("east", east.jdbcUrl(), "postgres", "postgres")
                    .node("west", west2.jdbcUrl(), "postgres", "postgres")
                    .recovery(BY_HAND)
                    .decision(new DecisionSettings("pgxa", true, Duration.ZERO, false))
                    .build();

            eventually(LIMIT, "decisions that are carried out are deleted", () -> decisions(alone) == 0);
            assertThat(decisions(lost.id)).isEqualTo(1);
        }

        private long decisions(TransactionId id) {
            return east.queryForLong("select count(*) from pgxa.decision where gtrid = ?::uuid", id.toString());
        }

        private static String status(PostgresNode node, String xid) {
            return node.queryForString(
                    ("select case when '%1$s'::xid8 >= pg_snapshot_xmax(pg_current_snapshot()) then 'none yet'"
                                    + " else pg_xact_status('%1$s') end")
                            .formatted(xid));
        }

        @Test
        void transactionsThatAHomeHasAnsweredAndLostAreReportedAndNoOthers() throws Exception {
            StandbyNode east2 = standbyOf(east);
            Bank bank = Bank.over(open(BY_HAND, east2.failoverUrl(), west.jdbcUrl()), List.of(east, west));
            Transfer kept = Transfer.start(bank);
            assertThat(kept.answer()).isEqualTo(Outcome.COMMITTED);
            east2.awaitCaughtUp();
            east2.stop();
            Transfer lost = Transfer.start(bank);
            assertThat(lost.answer()).isEqualTo(Outcome.COMMITTED);
            Transfer alsoLost = Transfer.start(bank);
            assertThat(alsoLost.answer()).isEqualTo(Outcome.COMMITTED);

            east.kill();
            east2.start();
            east2.promote();

            eventually(LIMIT, "an alarm", () -> {
                bank.xa.recoverNow();
                return !alarms.raised().isEmpty();
            });
            bank.xa.recoverNow();
            assertThat(alarms.raised())
                    .containsExactlyInAnyOrder(
                            new Alarm(lost.id(), "east", Outcome.COMMITTED, Outcome.ROLLED_BACK),
                            new Alarm(alsoLost.id(), "east", Outcome.COMMITTED, Outcome.ROLLED_BACK));
            assertThat(Bank.balances(east2, west)).as("the nodes disagree").containsExactly(990L, 1030L);
        }

        @Test
        void aDecisionThatIsLostWithItsHomeRollsBackWhatWasStillPrepared() throws Exception {
            StandbyNode east2 = standbyOf(east);
            open(BY_HAND, east2.failoverUrl(), west.jdbcUrl());
            Left left = leavePrepared(2);
            east2.awaitCaughtUp();
            east2.stop();
            decide(left);

            east.kill();
            east2.start();
            east2.promote();

            recoverUntilNothingIsPrepared(west);
            assertThat(accounts(west, 2))
                    .as("the home's part is lost, so no node may keep its own")
                    .isZero();
        }
    }

    /** One node alone returns to an earlier moment. For the others this equals a standby that lags behind by days. */
    @Nested
    class RestoredFromABackup {

        @Test
        void aBranchThatReturnsAfterItsDecisionWasForgottenIsLeftToAPerson() throws Exception {
            StandbyNode backup = standbyOf(west);
            Left left = leavePrepared(2);
            backup.awaitCaughtUp();
            backup.stop();
            decide(left);
            DecisionSettings forgetful = new DecisionSettings("pgxa", true, Duration.ZERO, false);
            try (PostgresXa before =
                    Bank.builder(east, west).decision(forgetful).build()) {
                eventually(
                        LIMIT,
                        "it is committed, and its decision is deleted",
                        () -> east.queryForLong("select count(*) from pgxa.decision") == 0);
                assertThat(before.inDoubt()).isEmpty();
            }
            assertThat(accounts(west, 2)).isEqualTo(1);

            west.kill();
            backup.start();
            backup.promote();

            PostgresXa after = PostgresXa.builder()
                    .home("first-used")
                    .node("east", east.jdbcUrl(), "postgres", "postgres")
                    .node("west", backup.jdbcUrl(), "postgres", "postgres")
                    .recovery(BY_HAND)
                    .decision(forgetful)
                    .listener(alarms)
                    .build();
            xa = after;
            for (int pass = 0; pass < 3; pass++) {
                assertThat(after.recoverNow().inDoubt()).isEqualTo(1);
            }
            assertThat(after.inDoubt()).singleElement().satisfies(branch -> {
                assertThat(branch.transaction()).isEqualTo(left.id);
                assertThat(branch.node()).isEqualTo("west");
                assertThat(branch.reason()).contains("finish it by hand");
            });
            assertThat(backup.preparedTransactions()).hasSize(1);

            backup.execute("commit prepared '" + left.gid + "'");
            for (int pass = 0; pass < 3; pass++) {
                assertThat(after.recoverNow().inDoubt()).isZero();
            }
            assertThat(accounts(backup, 2)).isEqualTo(1);
            assertThat(alarms.raised()).isEmpty();
        }
    }
}
