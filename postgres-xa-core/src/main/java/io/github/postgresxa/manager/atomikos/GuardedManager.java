package io.github.postgresxa.manager.atomikos;

import com.atomikos.icatch.jta.TransactionManagerImp;
import com.atomikos.icatch.jta.UserTransactionManager;
import io.github.postgresxa.node.StackRoom;
import io.github.postgresxa.transaction.DelegatingManager;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.SystemException;

/** Atomikos, asked only where it can answer: with room on the stack, and not before it is ready for a verb. */
final class GuardedManager extends DelegatingManager {

    GuardedManager(UserTransactionManager manager) {
        super(manager);
    }

    @Override
    public void begin() throws NotSupportedException, SystemException {
        StackRoom.requireForWork();
        getStatus(); // It is refused after the manager was closed.
        super.begin();
    }

    /**
     * Begins a transaction with a timeout of its own.
     *
     * @param seconds the timeout
     * @throws NotSupportedException if the thread has a transaction already
     * @throws SystemException if Atomikos cannot begin one
     */
    void begin(int seconds) throws NotSupportedException, SystemException {
        StackRoom.requireForWork();
        if (TransactionManagerImp.getTransactionManager() instanceof TransactionManagerImp running) {
            getStatus();
            running.begin(seconds);
        } else {
            super.begin(); // It says why it cannot begin.
        }
    }

    @Override
    public void commit()
            throws RollbackException, HeuristicMixedException, HeuristicRollbackException, SystemException {
        StackRoom.requireForWork(); // An Error within Atomikos' own commit would leave the transaction to nobody.
        getStatus(); // Before its first verb, Atomikos is not ready for one, and fails with a NullPointerException.
        super.commit();
    }

    @Override
    public void rollback() throws SystemException {
        StackRoom.requireForWork();
        getStatus();
        super.rollback();
    }

    @Override
    public void setRollbackOnly() throws SystemException {
        getStatus();
        super.setRollbackOnly();
    }
}
