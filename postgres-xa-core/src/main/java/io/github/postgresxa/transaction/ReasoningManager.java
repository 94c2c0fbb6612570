package io.github.postgresxa.transaction;

import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;

/**
 * A transaction manager whose commit reports the reason for a rollback, as a
 * {@link io.github.postgresxa.RolledBackException}, and says how to find out about an unknown outcome.
 */
public final class ReasoningManager extends DelegatingManager {

    private final Transactions transactions;
    private final BegunByWork begunByWork = new BegunByWork();

    /**
     * Creates a manager that adds reasons to another one's rollbacks.
     *
     * @param manager does the work
     * @param transactions know the reasons
     */
    public ReasoningManager(TransactionManager manager, Transactions transactions) {
        super(manager);
        this.transactions = transactions;
    }

    /** {@return what work has begun with this manager and not ended} */
    BegunByWork begunByWork() {
        return begunByWork;
    }

    @Override
    public void begin() throws NotSupportedException, SystemException {
        super.begin();
        begunByWork.begun(this);
    }

    @Override
    public void rollback() throws SystemException {
        Transaction ending = begunByWork.ending(this);
        super.rollback();
        begunByWork.ended(ending);
    }

    @Override
    public void commit()
            throws RollbackException, HeuristicMixedException, HeuristicRollbackException, SystemException {
        Transaction ending = begunByWork.ending(this);
        // Not known once the transaction has ended.
        RollbackReason reason = transactions.reasonIfItRollsBack();
        try {
            super.commit();
            begunByWork.ended(ending);
        } catch (RollbackException e) {
            reason.refuseIfNotKnown(e);
            throw reason.in(e);
        } catch (HeuristicMixedException e) {
            throw reason.in(e);
        }
    }
}
