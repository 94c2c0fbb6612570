package io.github.postgresxa.transaction;

import jakarta.transaction.InvalidTransactionException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transactions that work of {@code inTransaction} has begun on its thread and not ended. They may be suspended, and
 * then only this knows of them.
 */
final class BegunByWork {

    private static final Logger LOG = LoggerFactory.getLogger(BegunByWork.class);

    private final ThreadLocal<@Nullable Scope> innermost = new ThreadLocal<>();

    /** A transaction that work has begun. How it ends, and on which thread, does not matter. */
    private static final class Begun implements Synchronization {

        private final Transaction transaction;
        private volatile boolean ended;

        private Begun(Transaction transaction) {
            this.transaction = transaction;
        }

        @Override
        public void beforeCompletion() {
            // It may still fail.
        }

        @Override
        public void afterCompletion(int status) {
            ended = true;
        }
    }

    /** One run of work. Within it there may be others. */
    final class Scope {

        private final @Nullable Scope around;
        private final Deque<Begun> open = new ArrayDeque<>(2);

        private Scope(@Nullable Scope around) {
            this.around = around;
        }

        /** Ends the run of the work. What its thread begins from now on is not its own. */
        void close() {
            if (around == null) {
                innermost.remove();
            } else {
                innermost.set(around);
            }
        }

        /** {@return whether the work has begun a transaction that is open} */
        boolean hasOpen() {
            open.removeIf(begun -> begun.ended);
            return !open.isEmpty();
        }

        /**
         * Rolls back what the work left open, the latest first. Another transaction of the thread stays on it.
         *
         * @param failure receives what fails here
         */
        void rollBack(TransactionManager manager, Throwable failure) {
            while (hasOpen()) {
                Transaction latest = open.pop().transaction;
                try {
                    Transaction current = manager.getTransaction();
                    if (latest.equals(current)) {
                        manager.rollback();
                    } else {
                        rollBackSuspended(manager, latest, current);
                    }
                } catch (InvalidTransactionException | SystemException | RuntimeException | Error e) {
                    rollBackAnywhere(latest, failure);
                }
            }
        }
    }

    /** Atomikos cannot roll back one from outside of its thread if it was within another one. */
    private static void rollBackSuspended(
            TransactionManager manager, Transaction suspended, @Nullable Transaction current)
            throws InvalidTransactionException, SystemException {
        if (current != null) {
            manager.suspend();
        }
        try {
            manager.resume(suspended);
            manager.rollback();
        } finally {
            if (current != null) {
                manager.suspend(); // The one around it.
                manager.resume(current);
            }
        }
    }

    /** Begins a run of work on the calling thread. */
    Scope open() {
        Scope scope = new Scope(innermost.get());
        innermost.set(scope);
        return scope;
    }

    /** Notes the transaction that the calling thread has begun, if it is in a run of work. */
    void begun(TransactionManager manager) {
        Scope scope = innermost.get();
        if (scope == null) {
            return;
        }
        try {
            Transaction current = manager.getTransaction();
            if (current != null) {
                scope.hasOpen(); // Forgets the others.
                Begun begun = new Begun(current);
                scope.open.push(begun);
                current.registerSynchronization(begun);
            }
        } catch (RollbackException | SystemException | IllegalStateException e) {
            LOG.trace("it cannot be noted when the transaction ends", e);
        }
    }

    /** {@return the calling thread's transaction, to be given to {@link #ended}; null outside of work} */
    @Nullable
    Transaction ending(TransactionManager manager) {
        try {
            return innermost.get() == null ? null : manager.getTransaction();
        } catch (SystemException e) {
            LOG.trace("the transaction manager does not tell the thread's transaction", e);
            return null;
        }
    }

    /** Forgets a transaction that has ended: in Atomikos, one within another one completes only with that. */
    void ended(@Nullable Transaction transaction) {
        for (Scope scope = innermost.get(); transaction != null && scope != null; scope = scope.around) {
            scope.open.removeIf(begun -> begun.transaction.equals(transaction));
        }
    }

    /**
     * Rolls back a transaction that is not on this thread, wherever it is.
     *
     * @param failure receives what fails here
     */
    static void rollBackAnywhere(Transaction transaction, Throwable failure) {
        try {
            int status = transaction.getStatus();
            if (status == Status.STATUS_ACTIVE || status == Status.STATUS_MARKED_ROLLBACK) {
                transaction.rollback();
            }
        } catch (IllegalStateException ended) {
            LOG.trace("{} has ended", transaction); // Atomikos calls an ended transaction active.
        } catch (SystemException | RuntimeException | Error e) {
            if (failure != e) {
                failure.addSuppressed(e);
            }
        }
    }
}
