package io.github.postgresxa.manager.atomikos;

import com.atomikos.icatch.jta.TransactionManagerImp;
import com.atomikos.icatch.jta.TransactionSynchronizationRegistryImp;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Atomikos' registry with what it lacks. Atomikos keeps interposed synchronizations aside until the commit begins: it
 * calls none of them if the transaction rolls back, nor one that is registered in a {@code beforeCompletion}. And it
 * never says that a transaction is marked rollback-only.
 */
final class CompleteRegistry implements TransactionSynchronizationRegistry {

    /** The same for all instances: they share one Atomikos, and so its transactions. */
    private static final Object KEY = new Object();

    private final TransactionSynchronizationRegistry atomikos = new TransactionSynchronizationRegistryImp();

    private static Transaction current() throws SystemException {
        TransactionManager manager = TransactionManagerImp.getTransactionManager();
        Transaction current = manager == null ? null : manager.getTransaction();
        if (current == null) {
            throw new IllegalStateException("this thread has no transaction");
        }
        return current;
    }

    @Override
    public Object getTransactionKey() {
        return atomikos.getTransactionKey();
    }

    @Override
    public void putResource(Object key, @Nullable Object value) {
        atomikos.putResource(key, value);
    }

    @Override
    public @Nullable Object getResource(Object key) {
        return atomikos.getResource(key);
    }

    @Override
    public void registerInterposedSynchronization(Synchronization synchronization) {
        try {
            Transaction current = current();
            if (atomikos.getResource(KEY) instanceof InterposedSynchronizations known) {
                known.add(synchronization);
            } else {
                InterposedSynchronizations first = new InterposedSynchronizations(current);
                first.add(synchronization);
                first.register();
                atomikos.putResource(KEY, first);
            }
        } catch (RollbackException | SystemException e) {
            throw new IllegalStateException("the transaction takes no further synchronization: " + e.getMessage(), e);
        }
    }

    /**
     * Prepares for the end of the thread's transaction: whatever was registered before, the interposed synchronizations
     * come last before it and first after it.
     */
    void ends() {
        if (getTransactionStatus() != Status.STATUS_NO_TRANSACTION
                && atomikos.getResource(KEY) instanceof InterposedSynchronizations interposed) {
            interposed.moveToTheEnd();
        }
    }

    @Override
    public int getTransactionStatus() {
        return atomikos.getTransactionStatus();
    }

    @Override
    public void setRollbackOnly() {
        atomikos.setRollbackOnly();
    }

    @Override
    public boolean getRollbackOnly() {
        return switch (getTransactionStatus()) {
            case Status.STATUS_NO_TRANSACTION -> throw new IllegalStateException("this thread has no transaction");
            case Status.STATUS_MARKED_ROLLBACK, Status.STATUS_ROLLING_BACK, Status.STATUS_ROLLEDBACK -> true;
            default -> false;
        };
    }
}
