package io.github.postgresxa.spring.transaction;

import io.github.postgresxa.PostgresXa;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.jta.JtaTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Does what {@link PostgresXaTransactionManager} does where a transaction begins and ends, where another
 * JtaTransactionManager is used: that of a starter, or the application's.
 */
public final class ForeignManagers implements BeanPostProcessor {

    private final Supplier<SpringTransactions> transactions;
    private final LateConnections late;

    /**
     * @param transactions asked when a transaction begins
     * @param xa the core, asked when a transaction ends
     */
    public ForeignManagers(Supplier<SpringTransactions> transactions, Supplier<PostgresXa> xa) {
        this.transactions = transactions;
        this.late = new LateConnections(
                dataSource -> ManagedNodes.behind(dataSource, xa.get()).isPresent());
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean instanceof JtaTransactionManager manager && !(bean instanceof PostgresXaTransactionManager)) {
            manager.addListener(new Ours());
        }
        return bean;
    }

    private final class Ours implements TransactionExecutionListener {

        @Override
        public void beforeCommit(TransactionExecution execution) {
            late.unbind();
        }

        @Override
        public void beforeRollback(TransactionExecution execution) {
            late.unbind();
        }

        /** At this point, the thread has the characteristics of the transaction that began. */
        @Override
        public void afterBegin(TransactionExecution execution, @Nullable Throwable failure) {
            if (failure != null) {
                return;
            }
            try {
                transactions
                        .get()
                        .begun(
                                execution.getTransactionName(),
                                TransactionSynchronizationManager.getCurrentTransactionIsolationLevel(),
                                execution.isReadOnly());
            } catch (RuntimeException e) {
                if (execution instanceof TransactionStatus status) {
                    status.setRollbackOnly(); // An exception from here would leave the transaction on the thread.
                }
            }
        }
    }
}
