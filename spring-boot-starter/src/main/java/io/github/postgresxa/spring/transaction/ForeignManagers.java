package io.github.postgresxa.spring.transaction;

import io.github.postgresxa.PostgresXa;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.jta.JtaTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Adds to every other JtaTransactionManager, that of a starter or of the application, what
 * {@link PostgresXaTransactionManager} does at the beginning and at the end of a transaction.
 */
public final class ForeignManagers implements BeanPostProcessor {

    private final Supplier<SpringTransactions> transactions;
    private final LateConnections late;
    private final JpaSessions sessions;

    /**
     * Creates a post-processor that resolves its suppliers late.
     *
     * @param transactions called when a transaction begins
     * @param xa the core, called when a transaction ends
     */
    public ForeignManagers(Supplier<SpringTransactions> transactions, Supplier<PostgresXa> xa) {
        this.transactions = transactions;
        this.late = new LateConnections(
                dataSource -> ManagedNodes.behind(dataSource, xa.get()).isPresent());
        this.sessions = new JpaSessions(
                () -> xa.get().transactionManager(), dataSource -> ManagedNodes.behind(dataSource, xa.get()));
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean instanceof JtaTransactionManager manager && !(bean instanceof PostgresXaTransactionManager)) {
            manager.addListener(new Ours());
        }
        return bean;
    }

    private final class Ours implements TransactionExecutionListener {

        /** Spring rolls back after any exception from here but an UnexpectedRollbackException. */
        @Override
        public void beforeCommit(TransactionExecution execution) {
            Optional<String> refusal = sessions.refusal();
            late.unbind();
            if (refusal.isPresent()) {
                throw new InvalidDataAccessApiUsageException(refusal.get());
            }
        }

        @Override
        public void beforeRollback(TransactionExecution execution) {
            late.unbind();
        }

        /** Runs when the thread already has the characteristics of the transaction that began. */
        @Override
        public void afterBegin(TransactionExecution execution, @Nullable Throwable failure) {
            if (failure != null) {
                return;
            }
            sessions.watch();
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
