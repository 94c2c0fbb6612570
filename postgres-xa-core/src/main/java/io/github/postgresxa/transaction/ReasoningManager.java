package io.github.postgresxa.transaction;

import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.InvalidTransactionException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.UserTransaction;

/** The transaction manager, whose commit says why it ended in a rollback: a {@link io.github.postgresxa.RolledBackException}. */
public final class ReasoningManager implements TransactionManager, UserTransaction {

    private final TransactionManager manager;
    private final Transactions transactions;

    /**
     * @param manager does the work
     * @param transactions know more
     */
    public ReasoningManager(TransactionManager manager, Transactions transactions) {
        this.manager = manager;
        this.transactions = transactions;
    }

    @Override
    public void begin() throws NotSupportedException, SystemException {
        manager.begin();
    }

    @Override
    public void commit()
            throws RollbackException, HeuristicMixedException, HeuristicRollbackException, SystemException {
        RollbackReason reason = transactions.reasonIfItRollsBack(); // Afterwards nobody knows the transaction.
        try {
            manager.commit();
        } catch (RollbackException e) {
            throw reason.in(e);
        }
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
