package io.github.postgresxa.operations;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.PostgresXa;
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
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator's order is written at a home that a coordinator cannot reach when it gives up. */
@PostgresNodes({"east", "west"})
class OrderBehindHomeIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path logs;

    private final FaultPlan eastern = new FaultPlan();
    private final FaultPlan western = new FaultPlan();
    private final OtherResource other = new OtherResource(true);
    private PostgresNode east;
    private PostgresNode west;
    private FaultProxy toEast;
    private FaultProxy toWest;
    private RegisteredOther registered;
    private Bank bank;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        EarlierLog.in(logs);
        this.east = east;
        this.west = west;
        Orphan.tables(east, west);
        registered = RegisteredOther.register();
        toEast = FaultProxy.before(east, eastern);
        toWest = FaultProxy.before(west, western);
        bank = Bank.over(overProxies().build(), List.of(east, west));
    }

    private PostgresXa.Builder overProxies() {
        return Bank.builder()
                .node("east", toEast.jdbcUrl(), east.username(), east.password())
                .node("west", toWest.jdbcUrl(), west.username(), west.password());
    }

    @AfterEach
    void close() {
        toEast.heal();
        bank.close();
        registered.close();
        toEast.close();
        toWest.close();
        EarlierLog.reset();
        for (PostgresNode node : List.of(east, west)) {
            node.preparedTransactions().forEach(p -> node.execute("rollback prepared '%s'".formatted(p.gid())));
        }
    }

    private Transfer transfer() {
        return Transfer.start(
                bank, b -> b.xa.transactionManager().getTransaction().enlistResource(other), 60);
    }

    private static void order(ResolveAction action, TransactionId id, NodeSettings... nodes) {
        List<NodeSettings> all = List.of(nodes);
        Operations.on(all, DecisionSettings.DEFAULT, Console.naming(all, "pgxa"), Duration.ZERO)
                .resolve(new ResolveRequest(id, action, DecisionState.NONE, "the ticket says so", "a test", false));
    }

    private void nothingIsLeft() throws Exception {
        eventually(
                Duration.ofSeconds(60),
                "nothing is left prepared",
                () -> east.preparedTransactions().isEmpty()
                        && west.preparedTransactions().isEmpty());
    }

    /** The reply to PREPARE is lost at west; then east, the home, is out of reach, and the given order is at work. */
    private Transfer losesTheReplyAndTheHome(Order order) throws Exception {
        CompletableFuture<Transfer> running = new CompletableFuture<>();
        Fault ordered = western.at(MessageKind.PREPARE).call(Position.AFTER_EXECUTED, () -> {
            TransactionId id = running.join().id();
            while (east.preparedTransactions().isEmpty()) {
                Thread.onSpinWait();
            }
            order.give(id);
            toEast.partition();
        });
        western.at(MessageKind.PREPARE).loseReply();
        Transfer transfer = transfer();
        running.complete(transfer);
        ordered.awaitFired(LIMIT);
        return transfer;
    }

    private interface Order {
        void give(TransactionId id);
    }

    @Test
    void toCommitIsNotReportedAsARollback() throws Exception {
        Transfer transfer = losesTheReplyAndTheHome(
                id -> order(ResolveAction.COMMIT, id, Bank.settings(east), Bank.settings(west)));

        assertThat(transfer.answer()).isEqualTo(Outcome.UNKNOWN);
        toEast.heal();
        nothingIsLeft();
        assertThat(Bank.balances(east, west)).containsExactly(990L, 1010L);
        eventually(LIMIT, "the home is asked", () -> bank.xa.outcome(transfer.id()) == Outcome.COMMITTED);
    }

    @Test
    void toCommitIsNotBrokenByTheCoordinatorThatGivesUp() throws Exception {
        FaultPlan operators = new FaultPlan();
        try (FaultProxy operatorsWest = FaultProxy.before(west, operators)) {
            Fault finish = operators.at(MessageKind.COMMIT_PREPARED).hold();
            CompletableFuture<Void> ordering = new CompletableFuture<>();
            Transfer transfer = losesTheReplyAndTheHome(id -> {
                NodeSettings way = new NodeSettings("west", operatorsWest.jdbcUrl(), west.username(), west.password());
                new Thread(
                                () -> {
                                    try {
                                        order(ResolveAction.COMMIT, id, Bank.settings(east), way);
                                        ordering.complete(null);
                                    } catch (Throwable e) {
                                        ordering.completeExceptionally(e);
                                    }
                                },
                                "operator")
                        .start();
                while (!finish.hasFired()) {
                    Thread.onSpinWait();
                }
            });

            assertThat(transfer.answer()).isEqualTo(Outcome.UNKNOWN);
            finish.release();
            ordering.get();
            toEast.heal();
            nothingIsLeft();
            assertThat(Bank.balances(east, west)).containsExactly(990L, 1010L);
        }
    }

    private void rowIsForgotten(TransactionId id) {
        try {
            eventually(
                    LIMIT,
                    "the janitor has deleted the row",
                    () -> east.queryForLong("select count(*) from pgxa.decision where gtrid = '%s'".formatted(id))
                            == 0);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void forgetsAtOnce(PostgresXa.Builder over) {
        registered.close();
        bank.close();
        registered = RegisteredOther.register();
        bank = forgetful(over);
    }

    private Bank forgetful(PostgresXa.Builder over) {
        DecisionSettings settings = new DecisionSettings("pgxa", true, Duration.ZERO, false);
        return Bank.over(over.decision(settings).build(), List.of(east, west));
    }

    /** The mark of a branch that the order did not find says nothing about the order. */
    @Test
    void toCommitThatMissesABranchAndIsForgottenIsNotReportedAsARollback() throws Exception {
        forgetsAtOnce(overProxies());
        Fault fence = eastern.at(MessageKind.FENCE).hold();
        western.at(MessageKind.PREPARE).loseRequest();
        Transfer transfer = transfer();
        fence.awaitFired(LIMIT);
        order(ResolveAction.COMMIT, transfer.id(), Bank.settings(east), Bank.settings(west));
        rowIsForgotten(transfer.id());
        fence.release();

        assertThat(transfer.answer()).isEqualTo(Outcome.UNKNOWN);
        assertThat(Bank.balances(east, west)).containsExactly(990L, 1000L);
    }

    @Test
    void toCommitThatMissesABranchAndIsForgottenIsNotReportedAsACommit() throws Exception {
        OtherResource late = new OtherResource(true) {
            @Override
            public int prepare(Xid xid) throws XAException {
                TransactionId id =
                        TransactionId.parse(east.queryForString("select gtrid from pgxa.decision where outcome = 'C'"));
                try (Bank janitor = forgetful(Bank.builder(east, west))) {
                    rowIsForgotten(id);
                    assertThat(janitor.prepared()).isZero();
                }
                return super.prepare(xid);
            }
        };
        Fault fence = eastern.at(MessageKind.FENCE).hold();
        western.at(MessageKind.PREPARE).loseRequest();
        Transfer transfer = Transfer.start(
                bank, b -> b.xa.transactionManager().getTransaction().enlistResource(late), 60);
        fence.awaitFired(LIMIT);
        order(ResolveAction.COMMIT, transfer.id(), Bank.settings(east), Bank.settings(west));
        fence.release();

        assertThat(transfer.answer()).isEqualTo(Outcome.UNKNOWN);
        assertThat(late.fate()).isEqualTo(OtherResource.Fate.COMMITTED);
        assertThat(Bank.balances(east, west)).containsExactly(990L, 1000L);
    }

    /** The end of a manager that is late: its other resource votes when the order is carried out. */
    private Outcome decidesAfter(ResolveAction ordered, boolean forgotten, boolean agrees) throws Exception {
        if (forgotten) {
            forgetsAtOnce(Bank.builder(east, west));
        }
        OtherResource late = new OtherResource(agrees) {
            @Override
            public int prepare(Xid xid) throws XAException {
                TransactionId id = TransactionId.parse(
                        east.preparedTransactions().get(0).gid().split("/")[2]);
                order(ordered, id, Bank.settings(east), Bank.settings(west));
                if (forgotten) {
                    rowIsForgotten(id);
                }
                return super.prepare(xid);
            }
        };
        return Transfer.start(
                        bank, b -> b.xa.transactionManager().getTransaction().enlistResource(late), 60)
                .answer();
    }

    /** Atomikos reports its own decision, whatever its resources answer. */
    @Test
    void toCommitIsNotReportedAsARollbackBecauseTheManagerWantsOne() throws Exception {
        assertThat(decidesAfter(ResolveAction.COMMIT, false, false)).isEqualTo(Outcome.UNKNOWN);
        assertThat(Bank.balances(east, west)).containsExactly(990L, 1010L);
    }

    @Test
    void isPossibleAsLongAsTheHomeDoesNotAnswerTheManagersRollback() throws Exception {
        OtherResource refuses = new OtherResource(false) {
            @Override
            public int prepare(Xid xid) throws XAException {
                toEast.partition();
                return super.prepare(xid);
            }
        };
        Transfer transfer = Transfer.start(
                bank, b -> b.xa.transactionManager().getTransaction().enlistResource(refuses), 60);
        assertThat(transfer.answer()).isEqualTo(Outcome.UNKNOWN);
        assertThat(west.preparedTransactions()).hasSize(1);
        toEast.heal();
        nothingIsLeft();
        assertThat(Bank.balances(east, west)).containsExactly(1000L, 1000L);
    }

    @Test
    void toCommitThatIsForgottenIsNotReportedAsARollback() throws Exception {
        assertThat(decidesAfter(ResolveAction.COMMIT, true, false)).isEqualTo(Outcome.UNKNOWN);
        assertThat(Bank.balances(east, west)).containsExactly(990L, 1010L);
    }

    @Test
    void toRollBackThatIsForgottenIsNotReportedAsACommit() throws Exception {
        assertThat(decidesAfter(ResolveAction.ROLLBACK, true, true)).isEqualTo(Outcome.UNKNOWN);
        assertThat(Bank.balances(east, west)).containsExactly(1000L, 1000L);
        assertNothingSaysCommitted();
    }

    private void assertNothingSaysCommitted() {
        assertThat(east.queryForLong("select count(*) from pgxa.decision where outcome = 'C'"))
                .isZero();
    }

    @Test
    void toRollBackThatIsForgottenIsNotContradictedByTheManagersRecovery() throws Exception {
        TransactionId id = TransactionId.random();
        for (PostgresNode node : List.of(east, west)) {
            node.execute("begin; update account set balance = 7 where id = 1; prepare transaction 'pgxa/2/%s/%s/%s/%s'"
                    .formatted(id, Bank.identity(east), Bank.identity(node), "00000001.QUJD.REVG"));
        }
        XAResource recovery = bank.xa.recoveryResource(xid -> true);
        Xid listed = recovery.recover(XAResource.TMSTARTRSCAN)[0];
        Fault late = eastern.at(MessageKind.DECISION).hold();
        CompletableFuture<Integer> answer = CompletableFuture.supplyAsync(() -> {
            try {
                recovery.commit(listed, false);
                return XAResource.XA_OK;
            } catch (XAException e) {
                return e.errorCode;
            }
        });
        late.awaitFired(LIMIT);
        order(ResolveAction.ROLLBACK, id, Bank.settings(east), Bank.settings(west));
        try (Bank janitor = forgetful(Bank.builder(east, west))) {
            rowIsForgotten(id);
            assertThat(janitor.prepared()).isZero();
        }
        assertThat(answer).as("it waits for the home").isNotDone();
        late.release();

        assertThat(answer.get()).isEqualTo(XAException.XAER_RMFAIL);
        assertThat(recovery.recover(XAResource.TMSTARTRSCAN)).isEmpty();
        assertNothingSaysCommitted();
    }

    /** No order: what stays prepared is rolled back when the home answers again. */
    @Test
    void whereThereIsNoneTheBranchesWaitForTheHomeAndAreRolledBack() throws Exception {
        Transfer transfer = losesTheReplyAndTheHome(id -> {});

        assertThat(transfer.answer()).isEqualTo(Outcome.UNKNOWN);
        assertThat(west.preparedTransactions()).hasSize(1);
        toEast.heal();
        nothingIsLeft();
        assertThat(Bank.balances(east, west)).containsExactly(1000L, 1000L);
        eventually(LIMIT, "the home is asked", () -> bank.xa.outcome(transfer.id()) == Outcome.ROLLED_BACK);
        assertThat(other.fate()).isNotEqualTo(OtherResource.Fate.COMMITTED);
    }
}
