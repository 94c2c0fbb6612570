package io.github.postgresxa.transaction;

import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionManager;

/**
 * A transaction manager whose commit reports the reason for a rollback, as a
 * {@link io.github.postgresxa.RolledBackException}, and says how to find out about an unknown outcome.
 */
public final class ReasoningManager extends DelegatingManager {

    private final Transactions transactions;

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

    @Override
    public void commit()
            throws RollbackException, HeuristicMixedException, HeuristicRollbackException, SystemException {
        // Not known once the transaction has ended.
        RollbackReason reason = transactions.reasonIfItRollsBack();
        try {
            super.commit();
        } catch (RollbackException e) {
            throw reason.in(e);
        } catch (HeuristicMixedException e) {
            throw reason.in(e);
        }
    }
}
