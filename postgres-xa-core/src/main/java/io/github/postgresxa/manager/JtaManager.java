package io.github.postgresxa.manager;

import io.github.postgresxa.transaction.ManagerHints;
import io.github.postgresxa.transaction.TimeLimit;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A JTA transaction manager, with what the protocol needs to know about it. Only the manager does demarcation,
 * suspension and timeouts.
 */
public interface JtaManager extends AutoCloseable {

    /**
     * Wraps an external manager: an application server's, or the application's own.
     *
     * @param manager the manager
     * @param registry its registry
     * @return the wrapper; its close does nothing
     */
    static JtaManager external(TransactionManager manager, TransactionSynchronizationRegistry registry) {
        return new ExternalManager(manager, registry);
    }

    /** {@return the manager} */
    TransactionManager transactionManager();

    /**
     * Begins a transaction with a timeout of its own, on the calling thread.
     *
     * @param timeout its timeout; JTA counts in whole seconds, so it is rounded up
     * @throws NotSupportedException if the thread has a transaction already
     * @throws SystemException if the manager cannot begin one. A caller looks whether it did all the same
     */
    default void begin(Duration timeout) throws NotSupportedException, SystemException {
        transactionManager().setTransactionTimeout(wholeSeconds(timeout));
        try {
            transactionManager().begin();
        } finally {
            transactionManager().setTransactionTimeout(0); // JTA sets it for all that the thread begins from now on.
        }
    }

    /**
     * Rounds a timeout up to what JTA can express.
     *
     * @param timeout a timeout of more than zero
     * @return whole seconds
     */
    static int wholeSeconds(Duration timeout) {
        return (int) Math.min(timeout.plusSeconds(1).minusNanos(1).toSeconds(), Integer.MAX_VALUE);
    }

    /** {@return its synchronization registry} */
    TransactionSynchronizationRegistry registry();

    /**
     * Returns the time limit of the calling thread's transaction. Called when that enlists its first resource.
     *
     * @param seconds the manager's value in XAResource.setTransactionTimeout
     * @return the limit; null for none
     */
    @Nullable
    TimeLimit limit(int seconds);

    /** {@return the receiver of hints about what the manager has to log} */
    ManagerHints hints();

    @Override
    void close();
}
