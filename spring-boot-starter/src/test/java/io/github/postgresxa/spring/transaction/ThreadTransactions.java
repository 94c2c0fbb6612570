package io.github.postgresxa.spring.transaction;

import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.UserTransaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/** A JTA transaction manager for one thread, without resources. It only keeps whether a transaction is running. */
final class ThreadTransactions implements UserTransaction, TransactionManager, TransactionSynchronizationRegistry {

    @Nullable
    private Running current;

    /** The timeout of this thread for its next transaction. */
    int timeout;

    /** The timeout with which the last transaction was begun; null for the thread's. */
    @Nullable
    Duration begunWith;

    /** Thrown by the next commit. */
    @Nullable
    HeuristicMixedException heuristic;

    /** Thrown by the next commit. */
    @Nullable
    RollbackException rollback;

    private static final class Running implements Transaction {

        private final List<Synchronization> synchronizations = new ArrayList<>();
        private final Map<Object, Object> resources = new HashMap<>();
        private int status = Status.STATUS_ACTIVE;

        @Override
        public void commit() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void rollback() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean delistResource(XAResource resource, int flag) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean enlistResource(XAResource resource) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int getStatus() {
            return status;
        }

        @Override
        public void registerSynchronization(Synchronization synchronization) {
            synchronizations.add(synchronization);
        }

        @Override
        public void setRollbackOnly() {
            status = Status.STATUS_MARKED_ROLLBACK;
        }
    }

    @Override
    public void begin() throws NotSupportedException {
        if (current != null) {
            throw new NotSupportedException("nested");
        }
        current = new Running();
        begunWith = null;
    }

    void begin(Duration own) throws NotSupportedException {
        begin();
        begunWith = own;
    }

    @Override
    public void commit()
            throws RollbackException, HeuristicMixedException, HeuristicRollbackException, SystemException {
        boolean rollsBack = running().status == Status.STATUS_MARKED_ROLLBACK;
        end(rollsBack ? Status.STATUS_ROLLEDBACK : Status.STATUS_COMMITTED);
        if (rollsBack) {
            throw new RollbackException("marked");
        }
        if (rollback != null) {
            throw rollback;
        }
        if (heuristic != null) {
            throw heuristic;
        }
    }

    @Override
    public void rollback() {
        end(Status.STATUS_ROLLEDBACK);
    }

    private void end(int status) {
        Running ended = running();
        current = null;
        ended.synchronizations.forEach(synchronization -> synchronization.afterCompletion(status));
    }

    private Running running() {
        if (current == null) {
            throw new IllegalStateException("no transaction");
        }
        return current;
    }

    @Override
    public int getStatus() {
        return current == null ? Status.STATUS_NO_TRANSACTION : current.status;
    }

    @Override
    public @Nullable Transaction getTransaction() {
        return current;
    }

    @Override
    public void resume(Transaction transaction) {
        current = (Running) transaction;
    }

    @Override
    public @Nullable Transaction suspend() {
        Running suspended = current;
        current = null;
        return suspended;
    }

    @Override
    public void setRollbackOnly() {
        running().setRollbackOnly();
    }

    @Override
    public void setTransactionTimeout(int seconds) {
        timeout = seconds;
    }

    @Override
    public Object getTransactionKey() {
        return running();
    }

    @Override
    public void putResource(Object key, Object value) {
        running().resources.put(key, value);
    }

    @Override
    public @Nullable Object getResource(Object key) {
        return running().resources.get(key);
    }

    @Override
    public void registerInterposedSynchronization(Synchronization synchronization) {
        running().registerSynchronization(synchronization);
    }

    @Override
    public int getTransactionStatus() {
        return getStatus();
    }

    @Override
    public boolean getRollbackOnly() {
        return getStatus() == Status.STATUS_MARKED_ROLLBACK;
    }
}
