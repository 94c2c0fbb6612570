package io.github.postgresxa.support;

import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Synchronization;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import javax.transaction.xa.XAResource;

/** Passes every call to another transaction. Subclasses have what a server's transaction has beyond JTA. */
public class PassingTransaction implements Transaction {

    private final Transaction transaction;

    protected PassingTransaction(Transaction transaction) {
        this.transaction = transaction;
    }

    @Override
    public void commit()
            throws RollbackException, HeuristicMixedException, HeuristicRollbackException, SystemException {
        transaction.commit();
    }

    @Override
    public boolean delistResource(XAResource resource, int flag) throws SystemException {
        return transaction.delistResource(resource, flag);
    }

    @Override
    public boolean enlistResource(XAResource resource) throws RollbackException, SystemException {
        return transaction.enlistResource(resource);
    }

    @Override
    public int getStatus() throws SystemException {
        return transaction.getStatus();
    }

    @Override
    public void registerSynchronization(Synchronization synchronization) throws RollbackException, SystemException {
        transaction.registerSynchronization(synchronization);
    }

    @Override
    public void rollback() throws SystemException {
        transaction.rollback();
    }

    @Override
    public void setRollbackOnly() throws SystemException {
        transaction.setRollbackOnly();
    }
}
