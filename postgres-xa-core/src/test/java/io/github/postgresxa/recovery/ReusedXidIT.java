package io.github.postgresxa.recovery;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.atomikos.datasource.xa.XATransactionalResource;
import com.atomikos.icatch.config.Configuration;
import io.github.postgresxa.CommitStep;
import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.node.MonotonicClock;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.support.Alarms;
import io.github.postgresxa.support.Alarms.Alarm;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.OldDisk;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.manager.OtherResource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server assigns an xid again, to another transaction: it never flushed the first use, or its older disk does not
 * have it.
 */
@PostgresNodes({"east", "west"})
class ReusedXidIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final DecisionSettings FORGETTING = new DecisionSettings("pgxa", true, Duration.ZERO, false);

    @TempDir
    Path logs;

    private final Alarms alarms = new Alarms();
    private PostgresNode east;
    private PostgresNode west;

    @BeforeEach
    void accountsAndSchemas(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        Bank.builder(east, west).build().close();
        Bank.createAccounts(east, west);
    }

    @AfterEach
    void clean() {
        for (PostgresNode node : List.of(east, west)) {
            node.start();
            node.preparedTransactions().forEach(p -> node.execute("rollback prepared '%s'".formatted(p.gid())));
            node.execute("drop schema pgxa cascade", "drop table account");
        }
    }

    /** The clock of a recovery whose passes the test starts. */
    private static final class Clock implements MonotonicClock {

        private long now;

        @Override
        public long nanos() {
            return now;
        }

        @Override
        public boolean pause(Duration length) {
            now += length.toNanos();
            return true;
        }
    }

    private final Clock clock = new Clock();

    private RecoveryUnderTest recovery() {
        List<Node> nodes = Stream.of(east, west)
                .map(n -> new Node(Bank.settings(n), "test"))
                .toList();
        return new RecoveryUnderTest(nodes, new DecisionLog("pgxa", "test"), Duration.ZERO, clock, alarms);
    }

    private void decide(TransactionId id, String outcome, String xid, String incarnation) {
        east.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator, participants, participant_xids,"
                + " participant_incarnations)"
                + " values ('%s', '%s', pg_current_xact_id(), 'gone', array['%s'], array['%s'::xid8], array['%s'])"
                        .formatted(id, outcome, Bank.identity(west), xid, incarnation));
    }

    private long decisions() {
        return east.queryForLong("select count(*) from pgxa.decision");
    }

    /** Another transaction commits under the xid, unless the server happened to log it just before its crash. */
    private void reuse(String xid) throws Exception {
        eventually(LIMIT, "the xid has ended", () -> {
            west.execute("update account set balance = balance where id = 1");
            return !status(xid).isEmpty();
        });
        assumeThat(status(xid)).isEqualTo("committed");
    }

    private String status(String xid) {
        return west.queryForString(("select case when '%1$s'::xid8 < pg_snapshot_xmax(pg_current_snapshot())"
                        + " then pg_xact_status('%1$s') end")
                .formatted(xid));
    }

    /** The node has an older disk. The janitor's query is the first one of this process. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofALostBranchIsNotTakenForTheBranchByAJanitorThatIsTheFirstToAsk(boolean lookedAfterwards) throws Exception {
        RecoveryUnderTest recovery = recovery();
        try (OldDisk old = OldDisk.ofStopped(west)) {
            west.execute("create table filler as select repeat('x', 1000) from generate_series(1, 5000)");
            if (!lookedAfterwards) {
                recovery.pass(1);
            }
            TransactionId id = TransactionId.random();
            Bank.leavePrepared(id, 1, east, west);
            String gid = west.preparedTransactions().get(0).gid();
            String xid = west.queryForString("select transaction::text from pg_prepared_xacts");
            decide(id, "C", xid, Bank.incarnation(west));
            west.execute("commit prepared '" + gid + "'");
            recovery.pass(0);
            if (lookedAfterwards) {
                recovery.pass(1);
            }

            old.putBack();
            reuse(xid);
            for (int sweep = 0; sweep < 3; sweep++) {
                clock.pause(Duration.ofSeconds(1));
                recovery.sweep(0);
            }
            assertThat(decisions()).as("west has lost what it decided").isEqualTo(1);
        }
    }

    private static final class Registered extends XATransactionalResource {

        Registered() {
            super("other");
        }

        @Override
        protected XAResource refreshXAConnection() {
            return new OtherResource(true);
        }

        @Override
        public boolean usesXAResource(XAResource resource) {
            return resource instanceof OtherResource;
        }
    }

    /** The answer to the vote is not flushed: a crash before PREPARE takes the xid back. */
    @Test
    void ofAVoteThatACrashForgotIsNotTakenForTheBranch() throws Exception {
        System.setProperty("com.atomikos.icatch.log_base_dir", logs.toString());
        AtomicBoolean armed = new AtomicBoolean(true);
        String identity = Bank.identity(west);
        XaListener killer = new XaListener() {
            @Override
            public void stepBegins(TransactionId id, CommitStep step, String node) {
                if (step == CommitStep.PREPARE && node.equals("west") && armed.getAndSet(false)) {
                    west.kill();
                }
            }
        };
        Registered registered = new Registered();
        try (Bank bank = Bank.open(b -> b.decision(FORGETTING).listener(alarms).listener(killer), east, west)) {
            Configuration.addResource(registered);
            bank.transaction().begin();
            bank.add("east", -10);
            bank.xa.transactionManager().getTransaction().enlistResource(new OtherResource(true));
            bank.add("west", 10);
            assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(Exception.class);
            String xid =
                    east.queryForString("select participant_xids[array_position(participants, '%s')] from pgxa.decision"
                            .formatted(identity));
            west.start();
            reuse(xid);

            eventually(LIMIT, "the row goes", () -> decisions() == 0);
            assertThat(alarms.raised()).isEmpty();
            assertThat(bank.balances()).containsExactly(1000L, 1000L);
        } finally {
            Configuration.removeResource(registered.getName());
            System.clearProperty("com.atomikos.icatch.log_base_dir");
        }
    }

    /**
     * Its PREPARE is still on the way. The row stays until the PREPARE has arrived and its branch has ended. A
     * running branch is no alarm.
     */
    @Test
    void ofAVoteWhosePrepareMayStillComeKeepsTheRow() throws Exception {
        RecoveryUnderTest recovery = recovery();
        recovery.pass(0);
        recovery.pass(1);
        TransactionId id = TransactionId.random();
        String gid = "pgxa/2/%s/%s/%s/00000001.QUJD.REVG".formatted(id, Bank.identity(east), Bank.identity(west));
        try (Connection late = west.connect();
                Statement s = late.createStatement()) {
            late.setAutoCommit(false);
            s.execute("update account set balance = balance + 10 where id = 1");
            decide(id, "A", currentXid(s), Bank.incarnation(west) + "?");
            recovery.sweep(0);
            assertThat(decisions()).isEqualTo(1);

            s.execute("prepare transaction '" + gid + "'");
            recovery.sweep(0);
            assertThat(decisions()).isEqualTo(1);
        }
        recovery.pass(1);
        assertThat(west.preparedTransactions()).isEmpty();
        recovery.sweep(0);
        assertThat(decisions()).isZero();
        assertThat(alarms.raised()).isEmpty();
    }

    /** Once PREPARE was answered, the server never assigns the xid again. */
    @Test
    void ofAPreparedBranchStillTellsThatSomebodyCommittedItAgainstTheDecision() throws Exception {
        RecoveryUnderTest recovery = recovery();
        recovery.pass(0);
        recovery.pass(1);
        TransactionId id = TransactionId.random();
        Bank.leavePrepared(id, 1, east, west);
        String xid = west.queryForString("select transaction::text from pg_prepared_xacts");
        decide(id, "A", xid, Bank.incarnation(west));
        west.execute("commit prepared '%s'"
                .formatted(west.preparedTransactions().get(0).gid()));
        recovery.sweep(0);
        assertThat(decisions()).isEqualTo(1);
        assertThat(alarms.raised()).containsExactly(new Alarm(id, "west", Outcome.ROLLED_BACK, Outcome.COMMITTED));
    }

    private static String currentXid(Statement s) throws SQLException {
        try (ResultSet row = s.executeQuery("select pg_current_xact_id()")) {
            row.next();
            return row.getString(1);
        }
    }
}
