package io.github.postgresxa.test.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.test.fault.MessageKind;
import java.sql.SQLException;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** How work joins, suspends or refuses a transaction that is there. */
@Subject("Propagation, with Spring")
interface PropagationClaims extends Claims {

    PlatformTransactionManager springTransactions();

    private TransactionTemplate with(int propagation) {
        TransactionTemplate template = new TransactionTemplate(springTransactions());
        template.setPropagationBehavior(propagation);
        return template;
    }

    private TransactionTemplate required() {
        return with(TransactionDefinition.PROPAGATION_REQUIRED);
    }

    private void run(TransactionTemplate template, Callback.Work work) {
        template.executeWithoutResult(status -> Callback.unchecked(work));
    }

    /** Runs work, and wants a rollback then. */
    private void runAndRollBack(TransactionTemplate template, Callback.Work work) {
        template.executeWithoutResult(status -> {
            Callback.unchecked(work);
            status.setRollbackOnly();
        });
    }

    @Claim("`REQUIRED` begins a transaction, or joins the one that is there: all of it commits, or nothing.")
    default void requiredJoins() throws Exception {
        run(required(), () -> {
            bed().add("east", -10);
            run(required(), () -> bed().add("west", 10));
            bed().isUnchanged();
        });
        bed().isTransferred();
        runAndRollBack(required(), () -> {
            bed().add("east", -10);
            run(required(), () -> bed().add("west", 10));
        });
        bed().isTransferred();
        bed().threadIsFree();
    }

    @Claim("An inner `REQUIRED` that fails makes the outer commit an `UnexpectedRollbackException`, also if it was"
            + " swallowed.")
    default void anInnerFailureRollsTheOuterBack() throws Exception {
        assertThatThrownBy(() -> run(required(), () -> {
                    bed().add("east", -10);
                    assertThatThrownBy(() -> run(required(), () -> {
                                bed().add("west", 10);
                                throw new IllegalStateException("inner");
                            }))
                            .hasMessage("inner");
                }))
                .isInstanceOf(UnexpectedRollbackException.class);
        bed().isUnchanged();
        bed().threadIsFree();
    }

    @Claim("`REQUIRES_NEW` suspends the outer transaction; both end independently, on the same nodes.")
    default void requiresNewIsIndependent() throws Exception {
        TransactionTemplate requiresNew = with(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        runAndRollBack(required(), () -> {
            bed().add("north", 1);
            run(requiresNew, bed()::transfer);
            bed().add("north", 2);
        });
        bed().isTransferred();
        run(required(), () -> {
            bed().add("north", 1);
            runAndRollBack(requiresNew, bed()::transfer);
            bed().add("north", 2);
        });
        assertThat(bed().balances()).containsExactly(990L, 1010L, 1003L);
        bed().threadIsFree();
    }

    @Claim("`SUPPORTS` joins a transaction; without one each statement commits on its own.")
    default void supportsJoins() throws Exception {
        TransactionTemplate supports = with(TransactionDefinition.PROPAGATION_SUPPORTS);
        runAndRollBack(required(), () -> run(supports, bed()::transfer));
        bed().isUnchanged();
        run(supports, () -> {
            bed().transfer();
            bed().isTransferred();
        });
        bed().isTransferred();
    }

    @Claim("`NOT_SUPPORTED` suspends a transaction: each statement commits on its own, and the transaction goes on.")
    default void notSupportedSuspends() throws Exception {
        TransactionTemplate notSupported = with(TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
        runAndRollBack(required(), () -> {
            bed().add("north", 1);
            run(notSupported, bed()::transfer);
            bed().isTransferred();
            bed().add("north", 2);
        });
        bed().isTransferred();
        run(required(), () -> {
            bed().add("north", 1);
            run(notSupported, () -> bed().add("east", 0));
            bed().add("north", 2);
        });
        assertThat(bed().balances()).containsExactly(990L, 1010L, 1003L);
    }

    @Claim("`MANDATORY` joins a transaction; without one it is an `IllegalTransactionStateException`.")
    default void mandatoryNeedsATransaction() throws Exception {
        TransactionTemplate mandatory = with(TransactionDefinition.PROPAGATION_MANDATORY);
        assertThatThrownBy(() -> run(mandatory, bed()::transfer)).isInstanceOf(IllegalTransactionStateException.class);
        bed().isUnchanged();
        run(required(), () -> run(mandatory, bed()::transfer));
        bed().isTransferred();
    }

    @Claim("`NEVER` refuses a transaction with an `IllegalTransactionStateException`, and it goes on.")
    default void neverRefusesATransaction() throws Exception {
        TransactionTemplate never = with(TransactionDefinition.PROPAGATION_NEVER);
        run(never, () -> bed().add("north", 1));
        run(required(), () -> {
            bed().add("east", -10);
            assertThatThrownBy(() -> run(never, () -> bed().add("north", 1)))
                    .isInstanceOf(IllegalTransactionStateException.class);
            bed().add("west", 10);
        });
        assertThat(bed().balances()).containsExactly(990L, 1010L, 1001L);
    }

    @Claim("A rollback at the commit is an `UnexpectedRollbackException`.")
    default void aRollbackAtTheCommitIsUnexpected() throws Exception {
        bed().plan().at(MessageKind.PREPARE).loseRequest();
        assertThatThrownBy(() -> run(required(), bed()::transfer)).isInstanceOf(UnexpectedRollbackException.class);
        bed().isUnchanged();
        bed().threadIsFree();
    }

    @Claim("The timeout of a definition stops the running statement; the thread's next transaction is not affected.")
    default void theTimeoutOfADefinitionCounts() throws Exception {
        TransactionTemplate hasty = required();
        hasty.setTimeout(1);
        assertThatThrownBy(() -> run(hasty, () -> {
                    bed().transfer();
                    bed().execute("west", "select pg_sleep(60)");
                }))
                .hasCauseInstanceOf(SQLException.class);
        bed().isUnchanged();
        bed().threadIsFree();
        run(required(), bed()::transfer);
        bed().isTransferred();
    }

    @Claim("Work in `afterCommit` is outside of the transaction, and can begin another one.")
    default void workAfterTheCommitIsOutside() throws Exception {
        TransactionTemplate requiresNew = with(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        run(required(), () -> {
            bed().add("north", 1);
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    Callback.unchecked(() -> bed().add("north", 2));
                    run(requiresNew, bed()::transfer);
                }
            });
        });
        assertThat(bed().balances()).containsExactly(990L, 1010L, 1003L);
        bed().threadIsFree();
    }
}
