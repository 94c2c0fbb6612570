package io.github.postgresxa.manager.atomikos;

import com.atomikos.icatch.jta.TransactionManagerImp;
import com.atomikos.icatch.jta.UserTransactionManager;
import io.github.postgresxa.node.StackRoom;
import io.github.postgresxa.transaction.DelegatingManager;
import io.github.postgresxa.transaction.TimeLimit;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.time.Duration;

/**
 * Atomikos with exact timeouts. Atomikos counts in ticks of 150 ms, rounded down, and passes the remaining time on in
 * whole seconds, rounded down again: a timeout of 2 s reaches a resource as 1 s, and Atomikos itself marks the
 * transaction for rollback after 1.95 s.
 *
 * <p>So each transaction keeps the moment of its timeout, and the core ends it then. Atomikos gets one second more, so
 * that it is never first.
 */
final class PunctualManager extends DelegatingManager {

    /** The same for all instances: they share one Atomikos, and so its transactions. */
    private static final Object KEY = new Object();

    private final TransactionSynchronizationRegistry registry;

    PunctualManager(UserTransactionManager manager, TransactionSynchronizationRegistry registry) {
        super(manager);
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
        begin(0);
    }

    /**
     * Begins a transaction with a timeout of its own.
     *
     * @param own the timeout in seconds; 0 for the thread's, or the default
     * @throws NotSupportedException if the thread has a transaction already
     * @throws SystemException if Atomikos cannot begin one
     */
    void begin(int own) throws NotSupportedException, SystemException {
        StackRoom.requireForWork();
        if (!(TransactionManagerImp.getTransactionManager() instanceof TransactionManagerImp running)) {
            super.begin(); // It says why it cannot begin.
            return;
        }
        getStatus(); // It is refused after the manager was closed.
        int seconds = own == 0 ? Math.max(1, running.getTransactionTimeout()) : own;
        running.begin((int) Math.min(seconds + 1L, Integer.MAX_VALUE));
        try {
            registry.putResource(KEY, Deadline.after(seconds));
        } catch (RuntimeException | Error e) {
            running.rollback();
            throw e;
        }
    }

    @Override
    public void commit()
            throws RollbackException, HeuristicMixedException, HeuristicRollbackException, SystemException {
        StackRoom.requireForWork(); // An Error within Atomikos' own commit would leave the transaction to nobody.
        getStatus(); // Before its first verb, Atomikos is not ready for one, and fails with a NullPointerException.
        super.commit();
    }

    @Override
    public void rollback() throws SystemException {
        StackRoom.requireForWork();
        getStatus();
        super.rollback();
    }

    @Override
    public void setRollbackOnly() throws SystemException {
        getStatus();
        super.setRollbackOnly();
    }

    /**
     * Returns the limit of the calling thread's transaction.
     *
     * @param seconds the timeout that Atomikos passed to a resource
     * @return its limit; one second more than {@code seconds} if it was begun without this object, because Atomikos
     *     rounds the remaining time down
     */
    TimeLimit limit(int seconds) {
        return registry.getResource(KEY) instanceof Deadline known
                ? known.limit()
                : TimeLimit.of(Duration.ofSeconds(seconds + 1L));
    }
}
