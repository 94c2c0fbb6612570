package io.github.postgresxa.transaction;

import io.github.postgresxa.RolledBackException;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.TransactionalCallable;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs work of the application in a transaction, and ends that transaction whatever the work does. No transaction stays
 * on the thread, and none is left open until its timeout.
 */
public final class TransactionRunner {

    private final ReasoningManager manager;
    private final BegunByWork begunByWork;
    private final Transactions transactions;

    /**
     * Creates a runner.
     *
     * @param manager whose commit gives the reason for a rollback
     * @param transactions the transactions over the nodes
     */
    public TransactionRunner(ReasoningManager manager, Transactions transactions) {
        this.manager = manager;
        this.begunByWork = manager.begunByWork();
        this.transactions = transactions;
    }

    /**
     * Runs work in the thread's transaction, or in a new one if the thread has none.
     *
     * @param timeout of a new transaction; null for the manager's default
     * @param work the work
     * @param <T> its result
     * @param <X> what it may throw
     * @return its result
     * @throws X what the work threw: a new transaction is rolled back, the thread's can only roll back
     * @throws RollbackException if a new transaction rolled back at its commit
     * @throws HeuristicMixedException if the outcome of a new transaction is not known
     */
    public <T extends @Nullable Object, X extends Exception> T call(
            @Nullable Duration timeout, TransactionalCallable<T, X> work)
            throws X, RollbackException, HeuristicMixedException {
        if (timeout != null) {
            ReasoningManager.checked(timeout);
        }
        return isInTransaction() ? joined(work) : begun(timeout, work);
    }

    private boolean isInTransaction() {
        int status = status();
        return switch (status) {
            case Status.STATUS_NO_TRANSACTION -> false;
            case Status.STATUS_ACTIVE, Status.STATUS_MARKED_ROLLBACK -> true;
            default ->
                throw new IllegalStateException("the transaction of this thread is ending or has ended (status "
                        + status
                        + "), so no work can run in it. Call inTransaction after its end, or from another thread.");
        };
    }

    private int status() {
        try {
            return manager.getStatus();
        } catch (SystemException e) {
            throw new IllegalStateException(
                    "the transaction manager does not tell whether this thread has a transaction", e);
        }
    }

    /** Who began the transaction ends it. It must not commit without what failed here. */
    private <T extends @Nullable Object, X extends Exception> T joined(TransactionalCallable<T, X> work) throws X {
        Transaction joined = current();
        BegunByWork.Scope scope = begunByWork.open();
        try {
            T result = work.call();
            refuseIfOpen(scope);
            return result;
        } catch (Throwable failure) {
            scope.rollBack(manager, failure);
            allowOnlyRollback(joined, failure);
            throw failure;
        } finally {
            scope.close();
        }
    }

    private void allowOnlyRollback(Transaction joined, Throwable failure) {
        try {
            transactions.allowOnlyRollback(joined, failure);
        } catch (RuntimeException | Error e) {
            suppress(failure, e);
        }
    }

    private <T extends @Nullable Object, X extends Exception> T begun(
            @Nullable Duration timeout, TransactionalCallable<T, X> work)
            throws X, RollbackException, HeuristicMixedException {
        Transaction begun = begin(timeout);
        BegunByWork.Scope scope = begunByWork.open();
        T result;
        try {
            result = work.call();
            refuseUnlessCurrent(begun);
            refuseIfOpen(scope);
        } catch (Throwable failure) {
            rollBack(begun, scope, failure);
            throw failure;
        } finally {
            scope.close();
        }
        commit();
        return result;
    }

    private Transaction begin(@Nullable Duration timeout) {
        try {
            if (timeout == null) {
                manager.begin();
            } else {
                manager.begin(timeout);
            }
            return current();
        } catch (NotSupportedException | SystemException | RuntimeException | Error e) {
            rollBackCurrent(e); // The thread had none before.
            throw new IllegalStateException("no transaction could be begun, so the work did not run: " + e, e);
        }
    }

    private Transaction current() {
        try {
            Transaction current = manager.getTransaction();
            if (current != null) {
                return current;
            }
        } catch (SystemException e) {
            throw new IllegalStateException("the transaction manager does not tell the thread's transaction", e);
        }
        throw new IllegalStateException("the transaction manager began a transaction, but not on this thread");
    }

    /** Ends the transaction on which the work failed, and what the work began beside it, wherever they are now. */
    private void rollBack(Transaction begun, BegunByWork.Scope scope, Throwable failure) {
        rollBackCurrent(failure);
        scope.rollBack(manager, failure);
        rollBackCurrent(failure); // What another one was begun in.
        BegunByWork.rollBackAnywhere(begun, failure); // The work had suspended it.
    }

    private void rollBackCurrent(Throwable failure) {
        try {
            if (manager.getStatus() == Status.STATUS_NO_TRANSACTION) {
                return;
            }
            manager.rollback();
            Transaction outer = manager.getTransaction(); // The one within which Atomikos began it.
            while (outer != null && isOpen(outer)) {
                manager.rollback();
                Transaction next = manager.getTransaction();
                outer = outer.equals(next) ? null : next;
            }
        } catch (SystemException | RuntimeException | Error e) {
            suppress(failure, e);
        }
    }

    private static boolean isOpen(Transaction transaction) throws SystemException {
        int status = transaction.getStatus();
        return status == Status.STATUS_ACTIVE || status == Status.STATUS_MARKED_ROLLBACK;
    }

    /** Fails if the work returned without the transaction in which it ran: its changes are not what would commit. */
    private void refuseUnlessCurrent(Transaction begun) {
        try {
            if (begun.equals(manager.getTransaction())) {
                return;
            }
        } catch (SystemException e) {
            throw new IllegalStateException("the transaction manager does not tell the thread's transaction", e);
        }
        throw new IllegalStateException(
                "the work returned without the transaction of inTransaction on its thread: it ended it itself, or"
                        + " suspended it and did not resume it. What is open is rolled back. Return to commit, throw"
                        + " to roll back.");
    }

    /** Fails if the work left another transaction open: something of it is not done. */
    private static void refuseIfOpen(BegunByWork.Scope scope) {
        if (scope.hasOpen()) {
            throw new IllegalStateException(
                    "the work returned and left a transaction open that it had begun itself, on its thread or"
                            + " suspended. It is rolled back, and so is the one of inTransaction. End what you begin"
                            + " before you return, or begin it on the thread that ends it.");
        }
    }

    private void commit() throws RollbackException, HeuristicMixedException {
        Optional<TransactionId> id = transactions.currentId();
        String subject = id.map(i -> "transaction " + i).orElse("the transaction");
        try {
            manager.commit();
        } catch (RollbackException | HeuristicMixedException e) {
            rollBackCurrent(e);
            throw e;
        } catch (HeuristicRollbackException e) {
            rollBackCurrent(e);
            throw new RolledBackException(subject + " is rolled back: " + e.getMessage(), e);
        } catch (SystemException | RuntimeException | Error e) {
            // It may have reached the nodes before.
            rollBackCurrent(e);
            throw unknown(subject, e);
        }
    }

    private static HeuristicMixedException unknown(String subject, Throwable cause) {
        HeuristicMixedException told = new HeuristicMixedException(
                ("The outcome of %s is not known: its commit failed inside the transaction manager (%s). All of it is"
                                + " committed or nothing is. Ask PostgresXa.outcome before you try again.")
                        .formatted(subject, cause));
        told.initCause(cause);
        return told;
    }

    private static void suppress(Throwable failure, Throwable later) {
        if (failure != later) {
            failure.addSuppressed(later);
        }
    }
}
