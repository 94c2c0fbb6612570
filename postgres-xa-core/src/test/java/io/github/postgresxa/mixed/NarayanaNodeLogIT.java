package io.github.postgresxa.mixed;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.arjuna.ats.arjuna.coordinator.TransactionReaper;
import com.arjuna.ats.arjuna.recovery.RecoveryManager;
import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionImple;
import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.manager.narayana.NarayanaManager;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.LogLines;
import io.github.postgresxa.support.NarayanaLog;
import io.github.postgresxa.support.RecoveredByNarayana;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultProxy;
import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.Position;
import io.github.postgresxa.test.manager.OtherResource;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The decisions of the embedded Narayana are on a node: no file, and nothing is guessed. */
@Tag("narayana")
@PostgresNodes({"east", "west", "queue"})
class NarayanaNodeLogIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Recovery finishes nothing while a test looks. */
    private static final RecoverySettings LATE =
            new RecoverySettings(true, Duration.ofMillis(200), Duration.ofMinutes(10));

    @TempDir
    Path folder;

    private final PostgresNode east;
    private final PostgresNode west;
    private final PostgresNode server;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final FaultPlan plan = new FaultPlan();
    private Queue queue;
    private FaultProxy toEast;

    NarayanaNodeLogIT(PostgresNode east, PostgresNode west, PostgresNode queue) {
        this.east = east;
        this.west = west;
        this.server = queue;
    }

    @BeforeEach
    void open() throws Exception {
        NarayanaLog.keepIn(folder.resolve("log"));
        queue = Queue.on(server);
        Bank.createAccounts(east, west);
        toEast = FaultProxy.before(east, plan);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
        toEast.close();
        queue.close();
        for (PostgresNode node : List.of(east, west)) {
            node.preparedTransactions().forEach(p -> node.execute("rollback prepared '%s'".formatted(p.gid())));
            node.execute("delete from pgxa.manager_decision", "delete from pgxa.manager");
        }
        assertThat(folder).isEmptyDirectory();
    }

    private <T extends AutoCloseable> T closed(T later) {
        opened.push(later);
        return later;
    }

    private Bank bank() {
        return bank(Bank.FAST);
    }

    private Bank bank(RecoverySettings recovery) {
        return closed(Bank.over(
                PostgresXa.builder()
                        .name("bank")
                        .home("first-used")
                        .recovery(recovery)
                        .transactionManager(ManagerKind.NARAYANA)
                        .node("east", toEast.jdbcUrl(), east.username(), east.password())
                        .node("west", west.jdbcUrl(), west.username(), west.password())
                        .build(),
                List.of(east, west)));
    }

    private void recovered() throws Exception {
        closed(RecoveredByNarayana.register(queue.another()));
    }

    /** Begins a transfer with a message. The resource is enlisted, and so asked, before the nodes. */
    private void begin(Bank bank, XAResource... others) throws Exception {
        bank.transaction().begin();
        for (XAResource other : others) {
            assertThat(Objects.requireNonNull(bank.xa.transactionManager().getTransaction())
                            .enlistResource(other))
                    .isTrue();
        }
        bank.add("east", -10);
        bank.add("west", 10);
        if (!(others[0] instanceof OtherResource)) {
            queue.put("moved 10");
        }
    }

    private long prepared() {
        return Stream.of(east, west, server)
                .mapToLong(n -> n.preparedTransactions().size())
                .sum();
    }

    private List<String> rows() {
        return Stream.of(east, west)
                .map(n -> n.queryForString(
                        "select string_agg(outcome, ',') from pgxa.manager_decision" + " where ended_at is null"))
                .filter(outcomes -> !outcomes.isEmpty())
                .toList();
    }

    /** The manager notes what is carried out at the latest when it ends. */
    private List<String> rowsThatStay(Bank bank) {
        bank.close();
        return rows();
    }

    private void allIsCommitted() {
        assertThat(queue.messages()).isOne();
        assertThat(Bank.balances(east, west)).containsExactly(990L, 1010L);
        assertThat(prepared()).isZero();
    }

    private void nothingIsKept() {
        assertThat(queue.messages()).isZero();
        assertThat(Bank.balances(east, west)).containsExactly(1000L, 1000L);
        assertThat(prepared()).isZero();
    }

    @Test
    void aTransactionWithAnotherResourceLeavesNoFileNoThreadAndInTheEndNoRow() throws Exception {
        Bank bank = bank();
        recovered();
        begin(bank, queue.resource());
        bank.transaction().commit();
        allIsCommitted();
        assertThat(east.queryForLong("select count(*) from pgxa.manager")).isOne();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("postgres-xa-narayana"));
        assertThat(rowsThatStay(bank)).isEmpty();
    }

    @Test
    void aResourceThatFailedToCommitKeepsItsDecisionAndRecoveryCommitsIt() throws Exception {
        Bank bank = bank();
        recovered();
        begin(bank, new ForwardingResource(queue.resource()) {
            @Override
            public void commit(Xid xid, boolean onePhase) throws XAException {
                throw new XAException(XAException.XAER_RMFAIL);
            }
        });
        bank.transaction().commit();
        eventually(LIMIT, "recovery commits it", () -> queue.messages() == 1);
        allIsCommitted();
        assertThat(rows()).as("another resource may wait for it").containsExactly("C");
    }

    /** Where it is the first to commit, Narayana by itself would roll the others back, against the decision. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aResourceThatSaysItHasRolledBackIsReportedAndTheDecisionHolds(boolean first) throws Exception {
        Bank bank = bank(LATE);
        recovered();
        XAResource other = new SaysRolledBack(queue.resource());
        if (first) {
            begin(bank, other);
        } else {
            bank.transaction().begin();
            bank.add("east", -10);
            bank.add("west", 10);
            Objects.requireNonNull(bank.xa.transactionManager().getTransaction())
                    .enlistResource(other);
            queue.put("moved 10");
        }
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(HeuristicMixedException.class);
        assertThat(Bank.balances(east, west)).containsExactly(990L, 1010L);
        assertThat(queue.prepared()).isOne();
        assertThat(rowsThatStay(bank)).containsExactly("C");
    }

    /** Its branch is still there, as with the PostgreSQL driver after an error in COMMIT PREPARED. */
    private static final class SaysRolledBack extends ForwardingResource {

        SaysRolledBack(XAResource real) {
            super(real);
        }

        @Override
        public void commit(Xid xid, boolean onePhase) throws XAException {
            throw new XAException(XAException.XAER_RMERR);
        }

        @Override
        public void forget(Xid xid) {
            // It remembers nothing.
        }
    }

    /** An Error would pass through Narayana, and leave the transaction on its thread. */
    @Test
    void anErrorOfAResourceInItsCommitLeavesItsBranchToTheDecision() throws Exception {
        Bank bank = bank(LATE);
        recovered();
        begin(bank, new ForwardingResource(queue.resource()) {
            @Override
            public void commit(Xid xid, boolean onePhase) {
                throw new AssertionError("no resource throws this");
            }
        });
        bank.transaction().commit();
        assertThat(bank.transaction().getStatus()).isEqualTo(Status.STATUS_NO_TRANSACTION);
        assertThat(bank.xa.activeTransactionCount()).isZero();
        assertThat(bank.prepared()).isZero();
        assertThat(queue.prepared()).isOne();
        assertThat(rowsThatStay(bank)).containsExactly("C");
    }

    /** Narayana writes what is left to roll back to its log, too. That is no decision to commit. */
    @Test
    void whatFailedToRollBackIsNoDecisionToCommit() throws Exception {
        Bank bank = bank(LATE);
        recovered();
        begin(
                bank,
                new ForwardingResource(queue.resource()) {
                    @Override
                    public void rollback(Xid xid) throws XAException {
                        throw new XAException(XAException.XA_HEURHAZ);
                    }

                    @Override
                    public void forget(Xid xid) throws XAException {
                        throw new XAException(XAException.XAER_RMFAIL);
                    }
                },
                new OtherResource(false));
        assertThatThrownBy(() -> bank.transaction().commit())
                .isInstanceOfAny(RollbackException.class, HeuristicMixedException.class);
        assertThat(Bank.balances(east, west)).containsExactly(1000L, 1000L);
        assertThat(queue.prepared()).isOne();
        assertThat(rowsThatStay(bank)).isEmpty();
    }

    @Test
    void aDecisionThatNeverArrivedIsARollback() throws Exception {
        Bank bank = bank();
        recovered();
        begin(bank, queue.resource());
        plan.at(MessageKind.MANAGER_DECISION).loseRequest();
        assertThatThrownBy(() -> bank.transaction().commit())
                .isInstanceOf(RollbackException.class)
                .hasMessageContaining("I/O error");
        assertThat(plan.fired()).isOne();
        nothingIsKept();
        assertThat(rows()).containsExactly("A");
    }

    @Test
    void aDecisionWhoseReplyIsLostIsACommit() throws Exception {
        Bank bank = bank();
        recovered();
        begin(bank, queue.resource());
        plan.at(MessageKind.MANAGER_DECISION).loseReply();
        bank.transaction().commit();
        assertThat(plan.fired()).isOne();
        allIsCommitted();
    }

    /** No resource is called, the thread and the sessions are free, and recovery obeys the row. */
    @Test
    void aDecisionThatStaysUnknownIsReportedAsUnknownAndIsSettledByItsRow() throws Exception {
        Bank bank = bank();
        recovered();
        List<Integer> told = new ArrayList<>();
        List<String> called = new ArrayList<>();
        begin(bank, new ForwardingResource(queue.resource()) {
            @Override
            public void commit(Xid xid, boolean onePhase) throws XAException {
                called.add("commit");
                super.commit(xid, onePhase);
            }

            @Override
            public void rollback(Xid xid) throws XAException {
                called.add("rollback");
                super.rollback(xid);
            }
        });
        Objects.requireNonNull(bank.xa.transactionManager().getTransaction())
                .registerSynchronization(new Synchronization() {
                    @Override
                    public void beforeCompletion() {
                        told.clear();
                    }

                    @Override
                    public void afterCompletion(int status) {
                        told.add(status);
                    }
                });
        plan.at(MessageKind.MANAGER_DECISION).call(Position.AFTER_EXECUTED, toEast::partition);

        assertThatThrownBy(() -> bank.transaction().commit())
                .isInstanceOf(HeuristicMixedException.class)
                .hasMessageContaining("not known");
        assertThat(bank.transaction().getStatus()).isEqualTo(Status.STATUS_NO_TRANSACTION);
        assertThat(bank.xa.activeTransactionCount()).isZero();
        assertThat(bank.xa.pool("west").active()).isZero();
        assertThat(TransactionImple.getTransactions()).isEmpty();
        assertThat(TransactionReaper.transactionReaper().numberOfTimeouts()).isZero();
        assertThat(told).hasSize(1).doesNotContain(Status.STATUS_COMMITTED, Status.STATUS_ROLLEDBACK);
        assertThat(called).isEmpty();
        assertThat(prepared()).isEqualTo(3);
        bank.transaction().begin();
        bank.execute("west", "select 1");
        bank.transaction().rollback();

        toEast.heal();
        eventually(LIMIT, "recovery commits", () -> prepared() == 0);
        allIsCommitted();
    }

    /** It would presume an abort of what its log does not hold. */
    @Test
    void narayanasOwnScanLeavesAloneWhatIsDecidedOnANode() throws Exception {
        Bank bank = bank(LATE);
        recovered();
        begin(bank, new ForwardingResource(queue.resource()) {
            @Override
            public void commit(Xid xid, boolean onePhase) throws XAException {
                throw new XAException(XAException.XAER_RMFAIL);
            }
        });
        bank.transaction().commit();
        for (int scan = 0; scan < 2; scan++) {
            RecoveryManager.manager().scan();
        }
        assertThat(queue.prepared()).isOne();
        assertThat(rowsThatStay(bank)).containsExactly("C");
    }

    @Test
    void oneLineTellsHowToRegisterAResourceThatRecoveryCouldNotAsk() throws Exception {
        Bank bank = bank();
        List<String> lines = LogLines.of(NarayanaManager.class, () -> {
            try {
                for (int i = 0; i < 2; i++) {
                    begin(bank, new OtherResource(true));
                    bank.transaction().commit();
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(lines)
                .filteredOn(line -> line.contains("after a crash"))
                .singleElement()
                .asString()
                .contains("addXAResourceRecoveryHelper", "getXAResources");
    }
}
