package io.github.postgresxa;

import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.RollbackException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Work in transactions. Its public methods are those of {@link PostgresXa}. */
abstract sealed class TransactionalWork permits PostgresXa {

    /**
     * Runs work in a transaction: commits when it returns, rolls back when it throws anything, and then throws the
     * same. What fails on the way to the rollback is suppressed in that. Connections come from
     * {@link PostgresXa#dataSource} and are closed by the work.
     *
     * <p>The work must not end the transaction itself, nor leave it suspended, nor leave another one open that it
     * begins through {@link PostgresXa#userTransaction} or {@link PostgresXa#transactionManager}. What it commits
     * itself stays committed; everything else is rolled back then, and the call fails. Another transaction that is to
     * outlive the work, on another thread for example, has to be begun there.
     *
     * <p>If the thread has a transaction already, the work joins it: it commits or rolls back with it. If the work
     * throws then, that transaction can only roll back, also if the exception is caught, and its commit names that
     * exception as the reason.
     *
     * @param work the work
     * @param <X> what it throws
     * @throws X what the work threw; no node keeps a change of it, but for what the work committed itself
     * @throws RollbackException if the transaction rolled back at its commit, on all nodes: a
     *     {@link RolledBackException} with the reason, a {@link ConflictException} if another try may succeed
     * @throws HeuristicMixedException if the outcome is not known: all nodes keep the changes or none does; ask
     *     {@link PostgresXa#outcome}
     * @throws IllegalStateException if no transaction could be begun, or the work ended or suspended it itself, or left
     *     another one open
     */
    public <X extends Exception> void inTransaction(TransactionalRunnable<X> work)
            throws X, RollbackException, HeuristicMixedException {
        run(null, work);
    }

    /**
     * Runs work in a transaction with a timeout, like {@link #inTransaction(TransactionalRunnable)}.
     *
     * @param timeout the timeout, more than zero; fractions of a second count. A transaction that the work joins keeps
     *     its own. With an external manager, what was set at that manager itself for the calling thread is its default
     *     again afterwards: JTA does not tell what that was
     * @param work the work
     * @param <X> what it throws
     * @throws X what the work threw
     * @throws RollbackException if the transaction rolled back at its commit
     * @throws HeuristicMixedException if the outcome is not known
     */
    public <X extends Exception> void inTransaction(Duration timeout, TransactionalRunnable<X> work)
            throws X, RollbackException, HeuristicMixedException {
        run(timeout, work);
    }

    /**
     * Runs work in a transaction and returns its result, like {@link #inTransaction(TransactionalRunnable)}.
     *
     * @param work the work
     * @param <T> its result
     * @param <X> what it throws
     * @return its result, which is committed
     * @throws X what the work threw
     * @throws RollbackException if the transaction rolled back at its commit
     * @throws HeuristicMixedException if the outcome is not known
     */
    public <T extends @Nullable Object, X extends Exception> T inTransaction(TransactionalCallable<T, X> work)
            throws X, RollbackException, HeuristicMixedException {
        return call(null, work);
    }

    /**
     * Runs work in a transaction with a timeout and returns its result, like
     * {@link #inTransaction(TransactionalRunnable)}.
     *
     * @param timeout the timeout, more than zero; fractions of a second count. A transaction that the work joins keeps
     *     its own
     * @param work the work
     * @param <T> its result
     * @param <X> what it throws
     * @return its result, which is committed
     * @throws X what the work threw
     * @throws RollbackException if the transaction rolled back at its commit
     * @throws HeuristicMixedException if the outcome is not known
     */
    public <T extends @Nullable Object, X extends Exception> T inTransaction(
            Duration timeout, TransactionalCallable<T, X> work) throws X, RollbackException, HeuristicMixedException {
        return call(timeout, work);
    }

    /** Runs work in a transaction; the timeout is null for the manager's default. */
    abstract <T extends @Nullable Object, X extends Exception> T call(
            @Nullable Duration timeout, TransactionalCallable<T, X> work)
            throws X, RollbackException, HeuristicMixedException;

    private <X extends Exception> void run(@Nullable Duration timeout, TransactionalRunnable<X> work)
            throws X, RollbackException, HeuristicMixedException {
        this.<Boolean, X>call(timeout, () -> {
            work.run();
            return true;
        });
    }
}
