package io.github.postgresxa.manager.atomikos;

import com.atomikos.icatch.jta.TransactionManagerImp;
import com.atomikos.icatch.jta.UserTransactionManager;
import io.github.postgresxa.transaction.TimeLimit;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.InvalidTransactionException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.UserTransaction;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Atomikos with timeouts that end when they should. Atomikos counts in ticks of 150 ms, rounded down, and passes the
 * remaining time on in whole seconds, rounded down again: a timeout of 2 s reaches a resource as 1 s, and Atomikos
 * itself marks the transaction for rollback after 1.95 s.
 *
 * <p>Therefore the moment that was asked for is kept with each transaction, and the core ends it then. Atomikos is
 * given a second more, so that it never comes first.
 */
final class PunctualManager implements TransactionManager, UserTransaction {

    /** The same for all instances: they share one Atomikos, and so its transactions. */
    private static final Object KEY = new Object();

    private final UserTransactionManager manager;
    private final TransactionSynchronizationRegistry registry;

    PunctualManager(UserTransactionManager manager, TransactionSynchronizationRegistry registry) {
        this.manager = manager;
        this.registry = registry;
    }

    private record Deadline(Duration timeout, long end) {

        static Deadline after(int seconds) {
            Duration timeout = Duration.ofSeconds(seconds);
            return new Deadline(timeout, System.nanoTime() + timeout.toNanos());
        }

        TimeLimit limit() {
            return new TimeLimit(timeout, Duration.ofNanos(end - System.nanoTime()));
        }
    }

    @Override
    public void begin() throws NotSupportedException, SystemException {
        if (!(TransactionManagerImp.getTransactionManager() instanceof TransactionManagerImp running)) {
            manager.begin(); // Says why it cannot.
            return;
        }
        manager.getStatus(); // Refused after the manager was closed.
        int seconds = Math.max(1, running.getTransactionTimeout());
        running.begin((int) Math.min(seconds + 1L, Integer.MAX_VALUE));
        try {
            registry.putResource(KEY, Deadline.after(seconds));
        } catch (RuntimeException | Error e) {
            running.rollback();
            throw e;
        }
    }

    /**
     * Of the calling thread's transaction.
     *
     * @param seconds what Atomikos has told a resource
     * @return its limit; a second more than was told if it was begun past this object, because the remaining time is
     *     rounded down
     */
    TimeLimit limit(int seconds) {
        return registry.getResource(KEY) instanceof Deadline known
                ? known.limit()
                : TimeLimit.of(Duration.ofSeconds(seconds + 1L));
    }

    @Override
    public void setTransactionTimeout(int seconds) throws SystemException {
        manager.setTransactionTimeout(seconds);
    }

    @Override
    public void commit()
            throws RollbackException, HeuristicMixedException, HeuristicRollbackException, SystemException {
        manager.commit();
    }

    @Override
    public void rollback() throws SystemException {
        manager.rollback();
    }

    @Override
    public void setRollbackOnly() throws SystemException {
        manager.setRollbackOnly();
    }

    @Override
    public int getStatus() throws SystemException {
        return manager.getStatus();
    }

    @Override
    public @Nullable Transaction getTransaction() throws SystemException {
        return manager.getTransaction();
    }

    @Override
    public @Nullable Transaction suspend() throws SystemException {
        return manager.suspend();
    }

    @Override
    public void resume(Transaction transaction) throws InvalidTransactionException, SystemException {
        manager.resume(transaction);
    }
}
