package io.github.postgresxa.manager.atomikos;

import com.atomikos.icatch.jta.TransactionManagerImp;
import com.atomikos.icatch.jta.UserTransactionManager;
import io.github.postgresxa.transaction.DelegatingManager;
import io.github.postgresxa.transaction.TimeLimit;
import jakarta.transaction.NotSupportedException;
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
        if (!(TransactionManagerImp.getTransactionManager() instanceof TransactionManagerImp running)) {
            super.begin(); // It says why it cannot begin.
            return;
        }
        getStatus(); // It is refused after the manager was closed.
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
