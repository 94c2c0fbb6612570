package io.github.postgresxa.manager;

import io.github.postgresxa.transaction.ManagerHints;
import io.github.postgresxa.transaction.TimeLimit;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
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
