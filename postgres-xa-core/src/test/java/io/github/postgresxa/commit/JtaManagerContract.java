package io.github.postgresxa.commit;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.CommitStep;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.OtherResource;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.PreparedTransaction;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What applications may expect of any JTA manager over the nodes. Each manager has one subclass. */
@PostgresNodes({"east", "west"})
abstract class JtaManagerContract {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final List<String> prepared = new ArrayList<>();
    private final AtomicBoolean killHome = new AtomicBoolean();

    private PostgresNode east;
    private PostgresNode west;
    private Bank bank;

    /** Attaches the manager. */
    abstract PostgresXa.Builder attach(PostgresXa.Builder builder) throws Exception;

    /** Ends the manager. The nodes are closed already. */
    abstract void shutDown() throws Exception;

    /** Makes another resource known to the manager, if it has to know resources before they are enlisted. */
    abstract void register(OtherResource other) throws Exception;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) throws Exception {
        this.east = east;
        this.west = west;
        Bank.createAccounts(east, west);
        PostgresXa xa = attach(Bank.builder(east, west)).listener(observer()).build();
        bank = Bank.over(xa, List.of(east, west));
    }

    @AfterEach
    void close() throws Exception {
        east.start();
        bank.close();
        shutDown();
    }

    private XaListener observer() {
        return new XaListener() {
            @Override
            public void stepBegins(TransactionId id, CommitStep step, String node) {
                if (step == CommitStep.DECIDE) {
                    west.preparedTransactions().stream()
                            .map(PreparedTransaction::gid)
                            .forEach(prepared::add);
                    if (killHome.getAndSet(false)) {
                        east.kill();
                    }
                }
            }
        };
    }

    private TransactionManager manager() {
        return bank.xa.transactionManager();
    }

    private void transfer(long amount) throws SQLException {
        bank.add("east", -amount);
        bank.add("west", amount);
    }

    @Test
    void nodesAloneAreOneResourceThatIsCommittedInOnePhase() throws Exception {
        bank.transaction().begin();
        transfer(10);
        bank.transaction().commit();
        assertThat(prepared).singleElement().asString().startsWith("pgxa/1/");
        assertThat(bank.balances()).containsExactly(990L, 1010L);
        assertThat(bank.transaction().getStatus()).isEqualTo(Status.STATUS_NO_TRANSACTION);
        assertThat(bank.prepared()).isZero();
    }

    @Test
    void aRollbackLeavesNothing() throws Exception {
        bank.transaction().begin();
        transfer(10);
        bank.transaction().rollback();
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
        assertThat(bank.transaction().getStatus()).isEqualTo(Status.STATUS_NO_TRANSACTION);
    }

    @Test
    void aTransactionThatIsMarkedCannotCommit() throws Exception {
        bank.transaction().begin();
        transfer(10);
        bank.transaction().setRollbackOnly();
        assertThat(bank.transaction().getStatus()).isEqualTo(Status.STATUS_MARKED_ROLLBACK);
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    @Test
    void aStatementThatFailedAndWasSwallowedRollsBackEverywhere() throws Exception {
        bank.transaction().begin();
        bank.add("east", -10);
        assertThatThrownBy(() -> bank.execute("west", "select no_such_function()"))
                .isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    @Test
    void aTransactionEndsWithItsTimeout() throws Exception {
        bank.transaction().setTransactionTimeout(1);
        try {
            bank.transaction().begin();
            bank.add("east", -10);
            assertThatThrownBy(() -> bank.execute("west", "select pg_sleep(30)"))
                    .isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> bank.transaction().commit())
                    .isInstanceOfAny(RollbackException.class, IllegalStateException.class);
        } finally {
            bank.transaction().setTransactionTimeout(0);
        }
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    @Test
    void workInATransactionCommitsRollsBackAndTimesOut() throws Exception {
        bank.xa.inTransaction(() -> transfer(10));
        assertThat(bank.balances()).containsExactly(990L, 1010L);
        IllegalStateException failure = new IllegalStateException("not enough");
        assertThatThrownBy(() -> bank.xa.inTransaction(() -> {
                    transfer(10);
                    throw failure;
                }))
                .isSameAs(failure);
        assertThatThrownBy(() -> bank.xa.inTransaction(() -> {
                    bank.add("east", -10);
                    bank.xa.inTransaction(Duration.ofHours(1), () -> bank.execute("west", "select no_such_function()"));
                }))
                .isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> bank.xa.inTransaction(Duration.ofSeconds(1), () -> {
                    bank.add("east", -10);
                    bank.execute("west", "select pg_sleep(30)");
                }))
                .isInstanceOf(SQLException.class);
        assertThat(bank.xa.inTransaction(() -> bank.read("east"))).isEqualTo(990);
        assertThat(bank.transaction().getStatus()).isEqualTo(Status.STATUS_NO_TRANSACTION);
        assertThat(bank.balances()).containsExactly(990L, 1010L);
        assertThat(bank.xa.activeTransactionCount()).isZero();
    }

    @Test
    void aSuspendedTransactionKeepsItsBranchesApart() throws Exception {
        manager().begin();
        bank.add("east", -10);
        Transaction outer = manager().suspend();
        manager().begin();
        bank.add("west", 1);
        manager().commit();
        manager().resume(outer);
        bank.add("west", 10);
        manager().rollback();
        assertThat(bank.balances()).containsExactly(1000L, 1001L);
    }

    @Test
    void aTransactionCanMoveToAnotherThread() throws Exception {
        manager().begin();
        bank.add("east", -10);
        Transaction moved = manager().suspend();
        CompletableFuture.runAsync(() -> {
                    try {
                        manager().resume(moved);
                        bank.add("west", 10);
                        manager().commit();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                })
                .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(bank.balances()).containsExactly(990L, 1010L);
    }

    @Test
    void synchronizationsFrameTheCommit() throws Exception {
        bank.transaction().begin();
        bank.add("east", -10);
        List<Integer> completed = new ArrayList<>();
        manager().getTransaction().registerSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {
                try {
                    bank.add("west", 10);
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public void afterCompletion(int status) {
                completed.add(status);
            }
        });
        bank.transaction().commit();
        assertThat(bank.balances()).containsExactly(990L, 1010L);
        assertThat(completed).containsExactly(Status.STATUS_COMMITTED);
    }

    @Test
    void anExceptionBeforeTheCommitRollsBack() throws Exception {
        bank.transaction().begin();
        transfer(10);
        manager().getTransaction().registerSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {
                throw new IllegalStateException("the cache cannot be flushed");
            }

            @Override
            public void afterCompletion(int status) {}
        });
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    @Test
    void anUnknownOutcomeIsReportedAsMixedAndSettledLater() throws Exception {
        bank.transaction().begin();
        transfer(10);
        TransactionId id = bank.xa.currentTransaction().orElseThrow();
        killHome.set(true);
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(HeuristicMixedException.class);
        assertThat(bank.transaction().getStatus()).isEqualTo(Status.STATUS_NO_TRANSACTION);
        east.start();
        eventually(LIMIT, "it is settled", () -> bank.xa.outcome(id) != Outcome.UNKNOWN && bank.prepared() == 0);
        assertThat(bank.balances()).isIn(List.of(1000L, 1000L), List.of(990L, 1010L));
    }

    @Test
    void anotherResourceAndTheNodesCommitTogether() throws Exception {
        OtherResource other = with(true);
        bank.transaction().commit();
        assertThat(other.fate).isEqualTo(OtherResource.Fate.COMMITTED);
        assertThat(bank.balances()).containsExactly(990L, 1010L);
        assertThat(bank.prepared()).isZero();
    }

    @Test
    void noNodeCommitsWhereAnotherResourceRefuses() throws Exception {
        with(false);
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
        eventually(LIMIT, "nothing stays prepared", () -> bank.prepared() == 0);
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    private OtherResource with(boolean agrees) throws Exception {
        OtherResource other = new OtherResource(agrees);
        register(other);
        bank.transaction().begin();
        transfer(10);
        @Nullable Transaction transaction = manager().getTransaction();
        Objects.requireNonNull(transaction).enlistResource(other);
        return other;
    }

    @Test
    void aTransactionThatHasEndedIsOver() throws Exception {
        bank.transaction().begin();
        Connection kept = bank.connection("east");
        bank.transaction().commit();
        assertThatThrownBy(() -> {
                    try (Statement s = kept.createStatement()) {
                        s.execute("update account set balance = 0");
                    }
                })
                .isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(IllegalStateException.class);
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }
}
