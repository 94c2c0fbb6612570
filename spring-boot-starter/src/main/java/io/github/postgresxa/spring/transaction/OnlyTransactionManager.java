package io.github.postgresxa.spring.transaction;

import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.InvalidTransactionException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;

/**
 * A transaction manager and nothing else. That of Atomikos is a UserTransaction, too, and as a bean it would be a second
 * candidate wherever one of the two is injected.
 */
public final class OnlyTransactionManager implements TransactionManager {

    private final TransactionManager manager;

    /**
     * @param manager does the work
     */
    public OnlyTransactionManager(TransactionManager manager) {
        this.manager = manager;
    }

    @Override
    public void begin() throws NotSupportedException, SystemException {
        manager.begin();
    }

    @Override
    public void commit()
            throws RollbackException, HeuristicMixedException, HeuristicRollbackException, SystemException {
        manager.commit();
    }

    @Override
    public int getStatus() throws SystemException {
        return manager.getStatus();
    }

    @Override
    public Transaction getTransaction() throws SystemException {
        return manager.getTransaction();
    }

    @Override
    public void resume(Transaction transaction) throws InvalidTransactionException, SystemException {
        manager.resume(transaction);
    }

    @Override
    public void rollback() throws SystemException {
        manager.rollback();
    }

    @Override
    public void setRollbackOnly() throws SystemException {
        manager.setRollbackOnly();
    }

    @Override
    public void setTransactionTimeout(int seconds) throws SystemException {
        manager.setTransactionTimeout(seconds);
    }

    @Override
    public Transaction suspend() throws SystemException {
        return manager.suspend();
    }
}
