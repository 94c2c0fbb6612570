package io.github.postgresxa.test.manager;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.transaction.Status;
import jakarta.transaction.Transaction;
import java.sql.SQLException;

/** Transactions that are marked rollback-only, from wherever. */
@Subject("Rollback-only")
interface RollbackOnlyClaims extends Claims {

    @Claim("A mark before the first use of a node: whatever the work does then, `commit` rolls back.")
    default void aMarkBeforeTheWork() throws Exception {
        bed().begin();
        bed().user().setRollbackOnly();
        try {
            bed().transfer();
        } catch (SQLException refused) {
            assertThat((Throwable) refused).hasMessageContaining("can only roll back");
        }
        bed().commitRollsBack();
    }

    @Claim("A mark after the work: `commit` is a `RollbackException`, `rollback` is not.")
    default void aMarkAfterTheWork() throws Exception {
        bed().begin();
        bed().transfer();
        bed().user().setRollbackOnly();
        assertThat(bed().user().getStatus()).isEqualTo(Status.STATUS_MARKED_ROLLBACK);
        bed().commitRollsBack();

        bed().begin();
        bed().transfer();
        bed().user().setRollbackOnly();
        bed().rollback();
        bed().threadIsFree();
        bed().isUnchanged();
    }

    @Claim("A mark through the registry counts, and `getRollbackOnly` tells it.")
    default void aMarkThroughTheRegistry() throws Exception {
        bed().begin();
        bed().transfer();
        assertThat(bed().registry().getRollbackOnly()).isFalse();
        bed().registry().setRollbackOnly();
        assertThat(bed().registry().getRollbackOnly()).isTrue();
        assertThat(bed().registry().getTransactionStatus()).isEqualTo(Status.STATUS_MARKED_ROLLBACK);
        bed().commitRollsBack();
    }

    @Claim("A mark in `beforeCompletion` of an ordinary synchronization counts.")
    default void aMarkInASynchronization() throws Exception {
        bed().begin();
        bed().transfer();
        bed().current()
                .registerSynchronization(Callback.before(() -> bed().manager().setRollbackOnly()));
        bed().commitRollsBack();
    }

    @Claim("A mark in `beforeCompletion` of an interposed synchronization counts.")
    default void aMarkInAnInterposedSynchronization() throws Exception {
        bed().begin();
        bed().transfer();
        bed().registry()
                .registerInterposedSynchronization(
                        Callback.before(() -> bed().registry().setRollbackOnly()));
        bed().commitRollsBack();
    }

    @Claim("A mark by another thread, through the `Transaction`, counts.")
    default void aMarkByAnotherThread() throws Exception {
        bed().begin();
        bed().transfer();
        Transaction transaction = bed().current();
        TestBed.elsewhere(transaction::setRollbackOnly);
        assertThat(bed().user().getStatus()).isEqualTo(Status.STATUS_MARKED_ROLLBACK);
        bed().commitRollsBack();
    }
}
