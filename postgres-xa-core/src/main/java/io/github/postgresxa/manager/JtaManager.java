package io.github.postgresxa.manager;

import io.github.postgresxa.transaction.ManagerHints;
import io.github.postgresxa.transaction.TimeLimit;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import org.jspecify.annotations.Nullable;

/** A JTA transaction manager, and what has to be known about it. Demarcation, suspension and timeouts are its business, never ours. */
public interface JtaManager extends AutoCloseable {

    /**
     * A manager that somebody else runs: an application server, or the application.
     *
     * @param manager the manager
     * @param registry its registry
     * @return it; closing does nothing
     */
    static JtaManager external(TransactionManager manager, TransactionSynchronizationRegistry registry) {
        return new ExternalManager(manager, registry);
    }

    /** {@return the manager} */
    TransactionManager transactionManager();

    /** {@return its registry} */
    TransactionSynchronizationRegistry registry();

    /**
     * Asked on the transaction's thread when it enlists its first resource.
     *
     * @param seconds what the manager said in XAResource.setTransactionTimeout
     * @return the time limit of the calling thread's transaction; null for none
     */
    @Nullable
    TimeLimit limit(int seconds);

    /** {@return whom to tell what it has to log} */
    ManagerHints hints();

    @Override
    void close();
}
