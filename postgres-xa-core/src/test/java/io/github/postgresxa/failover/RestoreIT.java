package io.github.postgresxa.failover;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.operations.DecisionState;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.operations.RefusedException;
import io.github.postgresxa.operations.ResolveAction;
import io.github.postgresxa.operations.ResolveRequest;
import io.github.postgresxa.support.Alarms;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.OldDisk;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.PreparedTransaction;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultProxy;
import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A node's disk is replaced by an older copy, and the node begins no new timeline. A branch is prepared there again
 * that was committed everywhere, and whose decision is deleted since.
 */
@PostgresNodes({"east", "west"})
class RestoreIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** Settings of another application whose decisions are deleted at once. */
    private static final DecisionSettings FORGETTING = new DecisionSettings("pgxa", true, Duration.ZERO, false);

    private static final RecoverySettings BY_HAND = new RecoverySettings(true, Duration.ofMinutes(5), Duration.ZERO);

    private PostgresNode east;
    private PostgresNode west;

    @BeforeEach
    void accountsAndSchemas(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        Bank.builder(east, west).build().close();
        Bank.createAccounts(east, west);
        west.execute("insert into account values (2, 1000) on conflict (id) do update set balance = 1000");
    }

    @AfterEach
    void forget() {
        west.preparedTransactions().forEach(p -> west.execute("rollback prepared '%s'".formatted(p.gid())));
        List.of(east, west).forEach(n -> n.execute("drop schema pgxa cascade", "drop table account"));
    }

    private interface Copy {
        OldDisk of(PostgresNode node) throws Exception;
    }

    @Test
    void ofAStoppedServersDiskBringsBackABranchThatIsLeftToAPerson() throws Exception {
        isLeftToAPerson(OldDisk::ofStopped);
    }

    @Test
    void ofABackupThatIsNotPromotedBringsBackABranchThatIsLeftToAPerson() throws Exception {
        isLeftToAPerson(OldDisk::ofRunning);
    }

    /**
     * A recoverer has read "no row". Before its fence arrives, the transaction is committed everywhere and
     * forgotten, and the node goes back.
     */
    @Test
    void isNoticedAlsoWhileAFenceIsOnItsWay() throws Exception {
        TransactionId id = TransactionId.random();
        String xid = leavePrepared(id, 1);
        FaultPlan plan = new FaultPlan();
        try (OldDisk old = OldDisk.ofStopped(west);
                FaultProxy way = FaultProxy.before(east, plan);
                PostgresXa late = PostgresXa.builder()
                        .home("first-used")
                        .node("east", way.jdbcUrl(), east.username(), east.password())
                        .node("west", west.jdbcUrl(), west.username(), west.password())
                        .recovery(new RecoverySettings(true, Duration.ofMinutes(10), Duration.ZERO))
                        .build()) {
            AtomicReference<Throwable> failure = new AtomicReference<>();
            AtomicBoolean wentBack = new AtomicBoolean();
            plan.at(MessageKind.FENCE).nth(1).call(Position.BEFORE_FORWARDING, () -> {
                try {
                    commitAndGoBack(id, xid, old);
                } catch (Exception | AssertionError e) {
                    failure.set(e);
                } finally {
                    wentBack.set(true);
                }
            });
            // The manager's own scan may begin the pass that sends the fence; the disk is changed until that ends.
            eventually(LIMIT, "the fence met a node that went back", () -> {
                late.recoverNow();
                return wentBack.get();
            });
            assertThat(failure).hasNullValue();
            eventually(LIMIT, "it is seen again", () -> late.recoverNow().inDoubt() == 1);
            assertThat(prepared()).hasSize(1);
            assertThat(east.queryForLong("select count(*) from pgxa.decision")).isZero();
            assertThat(late.inDoubt())
                    .singleElement()
                    .satisfies(b -> assertThat(b.reason()).contains("went back in time"));
        }
    }

    private void commitAndGoBack(TransactionId id, String xid, OldDisk old) throws Exception {
        decide(id, xid);
        try (PostgresXa forgetting =
                Bank.builder(east, west).decision(FORGETTING).build()) {
            eventually(LIMIT, "carried out and forgotten", () -> decisions() == 0);
            assertThat(forgetting.inDoubt()).isEmpty();
            old.putBack();
        }
    }

    private void isLeftToAPerson(Copy copy) throws Exception {
        TransactionId id = TransactionId.random();
        String xid = leavePrepared(id, 1);
        String timeline = Bank.incarnation(west);
        try (OldDisk old = copy.of(west)) {
            decide(id, xid);
            try (PostgresXa forgetting =
                    Bank.builder(east, west).decision(FORGETTING).build()) {
                eventually(LIMIT, "carried out and forgotten", () -> decisions() == 0);
                assertThat(forgetting.outcome(id)).isEqualTo(Outcome.UNKNOWN);
            }
            assertThat(Bank.balances(east, west)).containsExactly(990L, 1010L);
            old.putBack();
        }
        assertThat(Bank.incarnation(west)).as("nothing tells that it went back").isEqualTo(timeline);
        assertThat(Bank.balances(west)).as("it is prepared again").containsExactly(1000L);
        TransactionId undecided = TransactionId.random();
        leavePrepared(undecided, 2);

        try (PostgresXa xa = Bank.builder(east, west).recovery(BY_HAND).build()) {
            eventually(LIMIT, "what is undecided is rolled back", () -> {
                xa.recoverNow();
                return prepared().size() == 1;
            });
            assertThat(prepared()).singleElement().asString().contains(id.toString());
            assertThat(xa.inDoubt()).singleElement().satisfies(b -> {
                assertThat(b.transaction()).isEqualTo(id);
                assertThat(b.reason()).contains("went back in time", "finish it by hand");
            });
            assertThat(xa.outcome(id)).as("nobody says that it was rolled back").isEqualTo(Outcome.UNKNOWN);
        }
        settledByHand(id);
    }

    private void settledByHand(TransactionId id) {
        Operations operations =
                Operations.on(List.of(Bank.settings(east), Bank.settings(west)), DecisionSettings.DEFAULT);
        assertThat(operations.explain(id).summary()).contains("committed long ago");
        assertThatThrownBy(() -> operations.resolve(order(id, ResolveAction.ROLLBACK, false)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("went back in time");
        assertThat(operations.resolve(order(id, ResolveAction.COMMIT, true)).forced())
                .isTrue();
        assertThat(Bank.balances(east, west)).containsExactly(990L, 1010L);
    }

    private static ResolveRequest order(TransactionId id, ResolveAction action, boolean force) {
        return new ResolveRequest(
                id, action, DecisionState.NONE, "the data of both nodes was compared", "a test", force);
    }

    /**
     * Also where nothing is prepared again: the home has lost the decision with its part, or the participant its
     * branch.
     */
    @ParameterizedTest
    @ValueSource(strings = {"east", "west"})
    void isAnAlarmForEachCommittedTransactionThatIsLost(String name) throws Exception {
        PostgresNode node = name.equals("east") ? east : west;
        Alarms alarms = new Alarms();
        try (OldDisk old = OldDisk.ofStopped(node);
                Bank bank = Bank.open(b -> b.listener(alarms), east, west)) {
            bank.transaction().begin();
            bank.add("east", -10);
            bank.add("west", 10);
            TransactionId id = bank.xa.currentTransaction().orElseThrow();
            bank.transaction().commit();
            node.execute("create table if not exists filler as select g from generate_series(1, 10000) g");
            eventually(LIMIT, "recovery has seen the end of the log", () -> {
                bank.xa.recoverNow();
                return bank.xa.nodes().stream().allMatch(NodeStatus::reachable);
            });
            old.putBack();
            eventually(
                    LIMIT,
                    "the loss is told",
                    () -> alarms.raised().stream()
                            .anyMatch(a -> a.id().equals(id) && a.node().equals(name)));
        }
    }

    /**
     * The mark of a participant rises with the deleted decisions. It must not pass a branch that is still
     * undecided.
     */
    @Test
    void isNotSuspectedWhereABranchIsUndecidedForLong() throws Exception {
        RecoverySettings patient = new RecoverySettings(true, Duration.ofMillis(100), Duration.ofMinutes(10));
        try (Connection open = east.connect();
                Statement s = open.createStatement();
                Bank bank = Bank.open(b -> b.decision(FORGETTING).recovery(patient), east, west)) {
            open.setAutoCommit(false);
            // As far as others can see, it could decide.
            s.execute("select pg_current_xact_id()");
            TransactionId undecided = TransactionId.random();
            leavePrepared(undecided, 2);
            eventually(LIMIT, "it is seen", () -> bank.xa.nodes().stream().anyMatch(n -> n.preparedOurs() == 1));
            transfer(bank);
            east.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator)"
                    + " values (gen_random_uuid(), 'C', pg_current_xact_id(), 'single writer')");
            eventually(LIMIT, "the janitor has passed by", () -> decisions() == 1);
            assertThat(east.queryForLong("select count(*) from pgxa.participant"))
                    .isZero();

            // Now no transaction is left that could decide.
            open.rollback();
            eventually(
                    LIMIT,
                    "it is rolled back, the decision goes",
                    () -> prepared().isEmpty() && decisions() == 0);
            assertThat(east.queryForLong("select count(*) from pgxa.participant"))
                    .isEqualTo(1);
        }
    }

    /** A transaction that never ends delays no decision for long, and never the decisions beside it. */
    @Test
    void isNotSuspectedWhereAnotherTransactionHasRunForVeryLong() throws Exception {
        try (Connection forgotten = west.connect();
                Statement never = forgotten.createStatement();
                Connection slow = west.connect();
                Statement s = slow.createStatement();
                Bank bank = Bank.open(b -> b.decision(FORGETTING), east, west)) {
            forgotten.setAutoCommit(false);
            never.execute("select pg_current_xact_id()");
            transfer(bank);
            eventually(LIMIT, "it holds nothing any more", () -> decisions() == 0);

            slow.setAutoCommit(false);
            s.execute("update account set balance = balance + 10 where id = 2");
            transfer(bank);
            east.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator)"
                    + " values (gen_random_uuid(), 'C', pg_current_xact_id(), 'single writer')");
            eventually(LIMIT, "the janitor has passed by", () -> decisions() == 1);
            String gid = "pgxa/1/%s/%s/%s".formatted(TransactionId.random(), Bank.identity(east), Bank.identity(west));
            s.execute("prepare transaction '" + gid + "'");
            eventually(
                    LIMIT,
                    "its coordinator is gone: it is rolled back",
                    () -> prepared().isEmpty());
            eventually(LIMIT, "the decision goes", () -> decisions() == 0);
        }
    }

    private static void transfer(Bank bank) throws Exception {
        bank.transaction().begin();
        bank.add("east", -10);
        bank.add("west", 10);
        bank.transaction().commit();
    }

    @Test
    void isNotSuspectedBesideABranchThatBelongsToAnotherDatabase() throws Exception {
        leaveBranchOfAnotherDatabase();
        leavePrepared(TransactionId.random(), 2);
        try (PostgresXa xa = Bank.builder(east, west).recovery(BY_HAND).build()) {
            eventually(LIMIT, "what is undecided is rolled back", () -> {
                xa.recoverNow();
                return prepared().size() == 1;
            });
            assertThat(xa.inDoubt())
                    .singleElement()
                    .satisfies(b -> assertThat(b.reason()).contains("belongs to another database"));
        }
    }

    private void leaveBranchOfAnotherDatabase() throws Exception {
        try (Connection c = west.connect();
                Statement s = c.createStatement()) {
            c.setAutoCommit(false);
            s.execute("update account set balance = balance + 10 where id = 1");
            s.execute("prepare transaction 'pgxa/1/%s/%s/0123456789abcdef'"
                    .formatted(TransactionId.random(), Bank.identity(east)));
        }
    }

    @Test
    void isNoticedBesideABranchThatBelongsToAnotherDatabase() throws Exception {
        leaveBranchOfAnotherDatabase();
        TransactionId id = TransactionId.random();
        leavePrepared(id, 2);
        east.execute("insert into pgxa.participant values ('%s', '1000000')".formatted(Bank.identity(west)));
        try (PostgresXa xa = Bank.builder(east, west).recovery(BY_HAND).build()) {
            assertThat(xa.recoverNow().inDoubt()).isEqualTo(2);
            assertThat(xa.inDoubt()).anySatisfy(b -> {
                assertThat(b.transaction()).isEqualTo(id);
                assertThat(b.reason()).contains("went back in time");
            });
        }
    }

    /** An instance of an older release deletes like this, and so does a person. */
    @Test
    void isNoticedWhoeverDeletedTheDecision() throws Exception {
        for (String xids : List.of("500,700", "600,100")) {
            for (String xid : xids.split(",")) {
                decide(TransactionId.random(), xid);
            }
            east.execute("delete from pgxa.decision");
            assertThat(east.queryForString("select mark from pgxa.participant where identity = ?", Bank.identity(west)))
                    .isEqualTo("700");
        }
        east.execute(
                "insert into pgxa.decision (gtrid, outcome, xid, coordinator, participants)"
                        + " values (gen_random_uuid(), 'C', '9', 'a hand', '{nonsense}')",
                "delete from pgxa.decision");
        assertThat(decisions()).as("a row that cannot be read can be deleted").isZero();
    }

    private long decisions() {
        return east.queryForLong("select count(*) from pgxa.decision where outcome = 'C'");
    }

    private List<String> prepared() {
        return west.preparedTransactions().stream()
                .map(PreparedTransaction::gid)
                .toList();
    }

    /** {@return the branch's xid} */
    private String leavePrepared(TransactionId id, int account) throws SQLException {
        Bank.leavePrepared(id, account, east, west);
        return west.queryForString(
                "select transaction::text from pg_prepared_xacts where gid like '%%%s%%'".formatted(id));
    }

    /** East, the home, commits its part and the decision together. */
    private void decide(TransactionId id, String xid) {
        east.execute("with own as (update account set balance = balance - 10 where id = 1)"
                + " insert into pgxa.decision (gtrid, outcome, xid, coordinator, participants, participant_xids,"
                + " participant_incarnations)"
                + " values ('%s', 'C', pg_current_xact_id(), 'gone', array['%s'], array['%s'::xid8], array['%s'])"
                        .formatted(id, Bank.identity(west), xid, Bank.incarnation(west)));
    }
}
