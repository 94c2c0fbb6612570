package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.atomikos.icatch.jta.TransactionManagerImp;
import io.github.postgresxa.RolledBackException;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultProxy;
import io.github.postgresxa.test.fault.MessageKind;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.Transaction;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Work in {@code inTransaction} that joins, ends, suspends or begins transactions leaves none open. */
@PostgresNodes({"east", "west"})
class InTransactionNestedIT extends InTransactionStage {

    InTransactionNestedIT(PostgresNode east, PostgresNode west) {
        super(east, west);
    }

    @Test
    void aNestedCallJoins() throws Exception {
        AtomicReference<TransactionId> outer = new AtomicReference<>();
        xa.inTransaction(() -> {
            bank.add("east", -10);
            outer.set(xa.currentTransaction().orElseThrow());
            xa.inTransaction(Duration.ofSeconds(1), () -> {
                bank.add("west", 10);
                assertThat(xa.currentTransaction()).contains(outer.get());
            });
            assertThat(bank.balances()).as("nothing is committed yet").containsExactly(1000L, 1000L);
        });
        isTransferred();
    }

    @Test
    void aNestedCallThatFailsRollsAllBackAlsoIfItsExceptionIsCaught() {
        IllegalStateException failure = new IllegalStateException("no such account");
        assertThatThrownBy(() -> xa.inTransaction(() -> {
                    bank.add("east", -10);
                    assertThatThrownBy(() -> xa.inTransaction(() -> {
                                throw failure;
                            }))
                            .isSameAs(failure);
                    assertThat(bank.transaction().getStatus()).isEqualTo(Status.STATUS_MARKED_ROLLBACK);
                }))
                .isInstanceOf(RolledBackException.class)
                .hasMessageContaining("work that took part in it failed")
                .hasMessageContaining("no such account")
                .hasRootCause(failure);
        isUndone();
    }

    @Test
    void itJoinsATransactionThatWasBegunByHand() throws Exception {
        bank.transaction().begin();
        xa.inTransaction(this::transfer);
        assertThat(bank.transaction().getStatus()).isEqualTo(Status.STATUS_ACTIVE);
        bank.transaction().rollback();
        isUndone();
        bank.transaction().begin();
        assertThatThrownBy(() -> xa.inTransaction(() -> {
                    throw new IOException("no node was used yet");
                }))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> bank.transaction().commit())
                .isInstanceOf(RolledBackException.class)
                .hasMessageContaining("no node was used yet");
    }

    @Test
    void workThatEndsOrSuspendsItsTransactionIsRefusedAndNothingStaysOpen() {
        assertThatThrownBy(() -> xa.inTransaction(() -> {
                    transfer();
                    bank.transaction().rollback();
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("without the transaction of inTransaction on its thread");
        assertThatThrownBy(() -> xa.inTransaction(() -> {
                    transfer();
                    bank.transaction().rollback();
                    bank.transaction().begin();
                    transfer();
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("without the transaction of inTransaction on its thread");
        isUndone();
        assertThatThrownBy(() -> xa.inTransaction(() -> {
                    transfer();
                    xa.transactionManager().suspend();
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("did not resume it");
        isUndone();
        IOException failure = new IOException("after it was suspended");
        assertThatThrownBy(() -> xa.inTransaction(() -> {
                    transfer();
                    xa.transactionManager().suspend();
                    throw failure;
                }))
                .isSameAs(failure);
        isUndone();
    }

    @Test
    void workCannotBeginATransactionWithinItsOwn() {
        assertThatThrownBy(() -> xa.inTransaction(() -> {
                    transfer();
                    bank.transaction().begin();
                }))
                .isInstanceOf(NotSupportedException.class);
        isUndone();
    }

    /** Atomikos itself nests them, and at the end of one goes back to the one around it. */
    @Test
    void transactionsThatWereBegunPastUsWithinThatOfTheWorkEndWithIt() {
        IOException failure = new IOException("the work");
        for (int depth = 1; depth <= 3; depth++) {
            int begun = depth;
            assertThatThrownBy(() -> xa.inTransaction(() -> beginWithin(begun)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("What is open is rolled back");
            isUndone();
            assertThatThrownBy(() -> xa.inTransaction(() -> {
                        beginWithin(begun);
                        throw failure;
                    }))
                    .isSameAs(failure);
            isUndone();
        }
    }

    private void beginWithin(int times) throws Exception {
        transfer();
        for (int i = 0; i < times; i++) {
            TransactionManagerImp.getTransactionManager().begin();
        }
    }

    @Test
    void aJoinedCallThatSuspendsAndFailsLeavesNothingToCommit() throws Exception {
        bank.transaction().begin();
        transfer();
        AtomicReference<Transaction> suspended = new AtomicReference<>();
        assertThatThrownBy(() -> xa.inTransaction(() -> {
                    suspended.set(xa.transactionManager().suspend());
                    throw new IOException("after it was suspended");
                }))
                .isInstanceOf(IOException.class);
        xa.transactionManager().resume(suspended.get());
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
        isUndone();
    }

    @Test
    void aSynchronizationCannotBeginWorkInATransactionThatEnds() throws Exception {
        AtomicReference<Throwable> refusal = new AtomicReference<>();
        xa.inTransaction(() -> {
            transfer();
            xa.transactionManager().getTransaction().registerSynchronization(new Synchronization() {
                @Override
                public void beforeCompletion() {
                    assertThat(catchThrowable(() -> xa.inTransaction(() -> bank.add("east", 0))))
                            .as("it joins")
                            .isNull();
                }

                @Override
                public void afterCompletion(int status) {
                    refusal.set(catchThrowable(() -> xa.inTransaction(() -> bank.add("east", -1))));
                }
            });
        });
        assertThat(bank.balances().get(1)).isEqualTo(1010L);
        assertThat(refusal.get() == null ? 989L : 990L)
                .isEqualTo(bank.balances().get(0));
    }

    /** Only their manager knows of them any more. */
    @Test
    void whatTheWorkBeganAndLeftSuspendedIsRolledBack() {
        IOException failure = new IOException("the work");
        assertThatThrownBy(() -> xa.inTransaction(this::beginAndSuspend))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("left a transaction open");
        isUndone();
        assertThatThrownBy(() -> xa.inTransaction(() -> {
                    beginAndSuspend();
                    throw failure;
                }))
                .isSameAs(failure)
                .hasNoSuppressedExceptions();
        isUndone();
    }

    /** Leaves the transaction of the work on the thread. */
    private void beginAndSuspend() throws Exception {
        bank.add("west", 10);
        Transaction own = xa.transactionManager().suspend();
        xa.begin(Duration.ofMinutes(1)); // Counts like bank.transaction().begin(), which the other tests use.
        bank.add("east", -10);
        xa.transactionManager().suspend();
        xa.transactionManager().resume(own);
    }

    @Test
    void whatJoinedWorkBeganAndLeftIsRolledBackAndTheJoinedOneCannotCommit() throws Exception {
        bank.transaction().begin();
        bank.add("west", 10);
        assertThatThrownBy(() -> xa.inTransaction(this::beginAndSuspend))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("left a transaction open");
        assertThat(xa.pool("east").active()).isZero();
        assertThatThrownBy(() -> bank.transaction().commit())
                .isInstanceOf(RolledBackException.class)
                .hasMessageContaining("left a transaction open");
        isUndone();
    }

    @Test
    void whatTheWorkEndedItselfStaysAsItEndedIt() throws Exception {
        xa.inTransaction(() -> {
            bank.add("west", 10);
            for (int i = 0; i < 3; i++) {
                Transaction own = xa.transactionManager().suspend();
                bank.transaction().begin();
                bank.add("east", -5);
                if (i == 0) {
                    xa.transactionManager().getTransaction().rollback();
                } else {
                    bank.transaction().commit();
                }
                xa.transactionManager().resume(own);
            }
        });
        isTransferred();
        IOException failure = new IOException("after a commit of its own");
        assertThatThrownBy(() -> xa.inTransaction(() -> {
                    transfer();
                    bank.transaction().commit();
                    bank.transaction().begin();
                    transfer();
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(bank.balances()).containsExactly(980L, 1020L);
    }

    /** They have ended, though not as the work wished. */
    @Test
    void whatTheWorkCouldNotCommitIsNotLeftOpen() throws Exception {
        FaultPlan plan = new FaultPlan();
        try (FaultProxy way = FaultProxy.before(west, plan);
                Bank here = Bank.over(
                        Bank.builder(east)
                                .node("west", way.jdbcUrl(), west.username(), west.password())
                                .build(),
                        List.of(east, west))) {
            here.xa.inTransaction(() -> {
                here.add("east", -10);
                Transaction own = here.xa.transactionManager().suspend();
                here.transaction().begin();
                here.add("west", 100);
                here.transaction().setRollbackOnly();
                assertThatThrownBy(() -> here.transaction().commit()).isInstanceOf(RollbackException.class);
                here.transaction().begin();
                here.add("west", 10);
                plan.at(MessageKind.COMMIT).loseReply();
                assertThatThrownBy(() -> here.transaction().commit()).isInstanceOf(HeuristicMixedException.class);
                here.xa.transactionManager().resume(own);
            });
        }
        isTransferred();
    }
}
