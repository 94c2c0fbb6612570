package io.github.postgresxa.spring.transaction;

import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.SystemException;
import jakarta.transaction.UserTransaction;

/**
 * Passes every call to the core's UserTransaction, and implements no other interface: that one is a TransactionManager,
 * too. Its timeouts are exact and its rollbacks say why, also where the application brings the transaction manager.
 */
public final class OnlyUserTransaction implements UserTransaction {

    private final UserTransaction transaction;

    /**
     * Creates one that hides the other interfaces of another one.
     *
     * @param transaction receives the calls
     */
    public OnlyUserTransaction(UserTransaction transaction) {
        this.transaction = transaction;
    }

    @Override
    public void begin() throws NotSupportedException, SystemException {
        transaction.begin();
    }

    @Override
    public void commit()
            throws RollbackException, HeuristicMixedException, HeuristicRollbackException, SystemException {
        transaction.commit();
    }

    @Override
    public void rollback() throws SystemException {
        transaction.rollback();
    }

    @Override
    public void setRollbackOnly() throws SystemException {
        transaction.setRollbackOnly();
    }

    @Override
    public int getStatus() throws SystemException {
        return transaction.getStatus();
    }

    @Override
    public void setTransactionTimeout(int seconds) throws SystemException {
        transaction.setTransactionTimeout(seconds);
    }
}
