package io.github.postgresxa.operations;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.EarlierLog;
import io.github.postgresxa.support.RegisteredOther;
import io.github.postgresxa.support.Transfer;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.Fault;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultProxy;
import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.Position;
import io.github.postgresxa.test.manager.OtherResource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An operator's order meets a transaction that is not at its end: some of its branches are still to be prepared. */
@PostgresNodes({"east", "west", "south"})
class LivingManagerIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path logs;

    private PostgresNode east;
    private PostgresNode west;
    private PostgresNode south;
    private Operations operations;
    private RegisteredOther registered;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west, PostgresNode south) {
        EarlierLog.in(logs);
        registered = RegisteredOther.register();
        this.east = east;
        this.west = west;
        this.south = south;
        Orphan.tables(east, west, south);
        operations =
                Operations.on(settings(), DecisionSettings.DEFAULT, Console.naming(settings(), "pgxa"), Duration.ZERO);
        for (PostgresNode node : List.of(west, south)) {
            node.execute("create or replace function slow() returns trigger language plpgsql as"
                    + " 'begin perform pg_advisory_xact_lock_shared(77); return null; end'");
        }
    }

    private List<NodeSettings> settings() {
        return Stream.of(east, west, south).map(Bank::settings).toList();
    }

    @AfterEach
    void nothingIsLeftPrepared() {
        registered.close();
        EarlierLog.reset();
        for (PostgresNode node : List.of(east, west, south)) {
            node.preparedTransactions().forEach(p -> node.execute("rollback prepared '%s'".formatted(p.gid())));
        }
    }

    private static ResolveRequest order(TransactionId id, ResolveAction action, boolean force) {
        return new ResolveRequest(id, action, DecisionState.NONE, "the ticket says so", "a test", force);
    }

    private String decision(TransactionId id) {
        return east.queryForString(
                "select coalesce((select outcome from pgxa.decision where gtrid = '%s'), '-')".formatted(id));
    }

    /** A PREPARE there takes until the gate is closed. */
    private static Connection slowDown(PostgresNode node) throws SQLException {
        node.execute("create constraint trigger slow after update on account deferrable initially deferred"
                + " for each row execute function slow()");
        Connection gate = node.connect();
        try (Statement s = gate.createStatement()) {
            s.execute("select pg_advisory_lock(77)");
        }
        return gate;
    }

    private static void open(Connection gate) throws SQLException {
        try (Statement s = gate.createStatement()) {
            s.execute("select pg_advisory_unlock(77)");
        }
    }

    private static int process(Connection c) throws SQLException {
        try (Statement s = c.createStatement();
                ResultSet row = s.executeQuery("select pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        }
    }

    /** A branch at work, whose client may be dead. */
    private static Connection atWork(PostgresNode node) throws SQLException {
        Connection c = node.connect();
        c.setAutoCommit(false);
        try (Statement s = c.createStatement()) {
            s.execute("update account set balance = balance + 10 where id = 1");
        }
        return c;
    }

    @ParameterizedTest
    @EnumSource(ResolveAction.class)
    void isRefusedWhileTheManagerIsStillPreparing(ResolveAction action) throws Exception {
        OtherResource other = new OtherResource(true);
        try (Bank bank = Bank.over(Bank.builder(east, west, south).build(), List.of(east, west, south));
                Connection gate = slowDown(west)) {
            Transfer transfer = Transfer.start(
                    bank, b -> b.xa.transactionManager().getTransaction().enlistResource(other), 60);
            eventually(
                    LIMIT,
                    "the home is prepared",
                    () -> east.preparedTransactions().size() == 1);

            assertThatThrownBy(() -> operations.resolve(order(transfer.id(), action, false)))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("may still get further branches")
                    .hasMessageContaining("west")
                    .hasMessageContaining("pg_terminate_backend");

            assertThat(decision(transfer.id())).isEqualTo("-");
            assertThat(transfer.waits()).isTrue();
            open(gate);
            assertThat(transfer.answer()).isEqualTo(Outcome.COMMITTED);
            assertThat(other.fate()).isEqualTo(OtherResource.Fate.COMMITTED);
            assertThat(Bank.balances(east, west)).containsExactly(990L, 1010L);
        }
    }

    /** All is prepared, and the coordinator does not know: it rolls back, as it thinks. */
    @Test
    void isObeyedByACoordinatorThatHasLostAReply() throws Exception {
        OtherResource other = new OtherResource(true);
        FaultPlan plan = new FaultPlan();
        CompletableFuture<Transfer> running = new CompletableFuture<>();
        try (FaultProxy way = FaultProxy.before(west, plan);
                Bank bank = Bank.over(
                        Bank.builder(east)
                                .node("west", way.jdbcUrl(), west.username(), west.password())
                                .build(),
                        List.of(east, west))) {
            Fault order = plan.at(MessageKind.PREPARE).call(Position.AFTER_EXECUTED, () -> {
                TransactionId id = running.join().id();
                while (east.preparedTransactions().isEmpty()) {
                    Thread.onSpinWait();
                }
                operations.resolve(order(id, ResolveAction.COMMIT, false));
            });
            plan.at(MessageKind.PREPARE).loseReply();
            Transfer transfer = Transfer.start(
                    bank, b -> b.xa.transactionManager().getTransaction().enlistResource(other), 60);
            running.complete(transfer);
            assertThat(transfer.answer()).isEqualTo(Outcome.COMMITTED);
            order.awaitFired(LIMIT);
            assertThat(other.fate()).isEqualTo(OtherResource.Fate.COMMITTED);
            eventually(LIMIT, "nothing is left prepared", () -> bank.prepared() == 0);
            assertThat(bank.balances()).containsExactly(990L, 1010L);
        }
    }

    /** The order names what is prepared. What was never prepared is lost, and no one may take that for a commit. */
    @Test
    void thatMissesABranchIsNotReportedAsACommit() throws Exception {
        OtherResource other = new OtherResource(true);
        FaultPlan eastern = new FaultPlan();
        FaultPlan western = new FaultPlan();
        try (FaultProxy toEast = FaultProxy.before(east, eastern);
                FaultProxy toWest = FaultProxy.before(west, western);
                Bank bank = Bank.over(
                        Bank.builder()
                                .node("east", toEast.jdbcUrl(), east.username(), east.password())
                                .node("west", toWest.jdbcUrl(), west.username(), west.password())
                                .build(),
                        List.of(east, west))) {
            Fault fence = eastern.at(MessageKind.FENCE).hold();
            western.at(MessageKind.PREPARE).loseRequest();
            Transfer transfer = Transfer.start(
                    bank, b -> b.xa.transactionManager().getTransaction().enlistResource(other), 60);
            fence.awaitFired(LIMIT);
            assertThat(operations
                            .resolve(order(transfer.id(), ResolveAction.COMMIT, false))
                            .complete())
                    .isTrue();
            fence.release();
            assertThat(transfer.answer()).isEqualTo(Outcome.UNKNOWN);
            assertThat(other.fate()).isEqualTo(OtherResource.Fate.COMMITTED);
            assertThat(bank.balances()).containsExactly(990L, 1000L);
        }
    }

    @Test
    void isRefusedForAMomentBecauseAManagerMayBeAboutToDecide() throws Exception {
        TransactionId id = TransactionId.random();
        Orphan home = Orphan.leaveToManager(east, east, id);
        assertThatThrownBy(() -> Operations.on(settings(), DecisionSettings.DEFAULT)
                        .resolve(order(id, ResolveAction.COMMIT, false)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("may be alive")
                .hasMessageMatching(".*Wait \\d+ s and look again.*");
        assertThat(home.isPrepared()).isTrue();
    }

    @Test
    void inBulkIsRefusedAsWell() throws Exception {
        TransactionId id = TransactionId.random();
        Orphan home = Orphan.leaveToManager(east, east, id);
        try (Connection late = atWork(west)) {
            BulkResolution done = operations.resolve(new BulkRequest(
                    BranchFilter.ALL,
                    ResolveAction.COMMIT,
                    DecisionState.NONE,
                    "ticket 9",
                    "a test",
                    false,
                    Set.of(),
                    false));
            assertThat(done.transactions())
                    .singleElement()
                    .satisfies(t -> assertThat(t.result()).isEqualTo(BulkResolution.Result.REFUSED))
                    .satisfies(t -> assertThat(t.why()).contains("may still get further branches"));
            assertThat(home.isPrepared()).isTrue();
            assertThat(decision(id)).isEqualTo("-");
            late.rollback();
        }
    }

    @Test
    void isCarriedOutWhenTheSessionHasEndedThatTheRefusalNames() throws Exception {
        TransactionId id = TransactionId.random();
        Orphan home = Orphan.leaveToManager(east, east, id);
        try (Connection late = atWork(west)) {
            int process = process(late);
            assertThatThrownBy(() -> operations.resolve(order(id, ResolveAction.COMMIT, false)))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("pg_terminate_backend(%d)".formatted(process));
            west.execute("select pg_terminate_backend(%d)".formatted(process));
            assertThat(operations
                            .resolve(order(id, ResolveAction.COMMIT, false))
                            .complete())
                    .isTrue();
            assertThat(home.balance()).isEqualTo(1010);
        }
    }

    @Test
    void waitsForOtherTransactionsThatEndSoon() throws Exception {
        TransactionId id = TransactionId.random();
        Orphan home = Orphan.leaveToManager(east, east, id);
        CompletableFuture<Resolution> order;
        try (Connection other = atWork(west)) {
            order = CompletableFuture.supplyAsync(() -> operations.resolve(order(id, ResolveAction.COMMIT, false)));
            eventually(
                    LIMIT,
                    "it looks",
                    () -> west.queryForLong("select count(*) from pg_stat_activity where query like '%pg_locks%'"
                                    + " and application_name like 'postgres-xa operations'")
                            > 0);
            other.commit();
        }
        assertThat(order.join().complete()).isTrue();
        assertThat(home.balance()).isEqualTo(1010);
    }

    /** It would be deleted with the branches that it names, and the manager could then commit the one that is late. */
    @Test
    void toRollBackWithForceLeavesARowThatABranchMeetsHoweverLateItComes() throws Exception {
        TransactionId id = TransactionId.random();
        Orphan home = Orphan.leaveToManager(east, east, id);
        try (Connection late = atWork(west);
                Statement s = late.createStatement()) {
            assertThat(operations
                            .resolve(order(id, ResolveAction.ROLLBACK, true))
                            .forced())
                    .isTrue();
            assertThat(home.isPrepared()).isFalse();
            east.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator, decided_at)"
                    + " values (gen_random_uuid(), 'C', '3', 'goes', now() - interval '1 h')");
            try (Bank bank = Bank.over(
                    Bank.builder(east, west, south)
                            .decision(new DecisionSettings("pgxa", true, Duration.ZERO, false))
                            .build(),
                    List.of(east, west, south))) {
                eventually(
                        LIMIT,
                        "the janitor has swept",
                        () -> east.queryForLong("select count(*) from pgxa.decision where coordinator = 'goes'") == 0);
                s.execute("prepare transaction 'pgxa/2/%s/%s/%s/0000002a.Zw.YQ'"
                        .formatted(id, Orphan.identity(east), Orphan.identity(west)));
                eventually(LIMIT, "it is rolled back", () -> bank.prepared() == 0);
                assertThat(Bank.balances(east, west)).containsExactly(1000L, 1000L);
                assertThat(decision(id)).isEqualTo("A");
            }
        }
    }

    /** No manager: the fence stops the home's own commit, and that is the only one that could decide. */
    @Test
    void toRollBackWhatACoordinatorIsStillPreparingRollsBackAllOfIt() throws Exception {
        try (Bank bank = Bank.over(Bank.builder(east, west, south).build(), List.of(east, west, south));
                Connection gate = slowDown(south)) {
            Transfer transfer = Transfer.start(bank, b -> b.add("south", 1), 60);
            eventually(
                    LIMIT,
                    "a branch is prepared",
                    () -> west.preparedTransactions().size() == 1);
            operations.resolve(order(transfer.id(), ResolveAction.ROLLBACK, false));
            open(gate);
            assertThat(transfer.answer()).isEqualTo(Outcome.ROLLED_BACK);
            eventually(LIMIT, "nothing is left prepared", () -> bank.prepared() == 0);
            assertThat(bank.balances()).containsExactly(1000L, 1000L, 1000L);
        }
    }
}
