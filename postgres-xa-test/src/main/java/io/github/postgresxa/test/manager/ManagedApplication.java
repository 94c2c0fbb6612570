package io.github.postgresxa.test.manager;

import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.UserTransaction;
import javax.sql.DataSource;
import javax.transaction.xa.XAResource;

/** A running application with its transaction manager, as the tests use it. */
public interface ManagedApplication extends AutoCloseable {

    /** {@return the transaction manager} */
    TransactionManager transactionManager();

    /** {@return the transactions as applications demarcate them} */
    UserTransaction userTransaction();

    /** {@return the manager's synchronization registry} */
    TransactionSynchronizationRegistry synchronizationRegistry();

    /**
     * {@return the data source of a node}
     *
     * @param node the node's name
     */
    DataSource dataSource(String node);

    /**
     * Makes another resource known, where the manager enlists none that it does not know. The default does nothing.
     *
     * @param other a resource that is enlisted later
     */
    default void register(XAResource other) {
        // Most managers enlist any resource.
    }

    /**
     * Ends the application as its operator does: transactions may end within a second, what is left is rolled back.
     * Does nothing the second time.
     */
    @Override
    void close();
}
