package io.github.postgresxa.transaction;

import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.time.Duration;

/**
 * A transaction manager whose commit reports the reason for a rollback, as a
 * {@link io.github.postgresxa.RolledBackException}, and says how to find out about an unknown outcome.
 */
public final class ReasoningManager extends DelegatingManager {

    private final Begin begin;
    private final Transactions transactions;
    private final BegunByWork begunByWork = new BegunByWork();

    /** Begins a transaction with a timeout of its own. */
    @FunctionalInterface
    public interface Begin {

        /**
         * Begins a transaction on the calling thread.
         *
         * @param timeout its timeout, more than zero; fractions of a second count
         * @throws NotSupportedException if the thread has one already
         * @throws SystemException if the manager cannot begin one
         */
        void begin(Duration timeout) throws NotSupportedException, SystemException;
    }

    /**
     * Creates a manager that adds reasons to another one's rollbacks.
     *
     * @param manager does the work
     * @param begin begins a transaction of that manager with a timeout
     * @param transactions know the reasons
     */
    public ReasoningManager(TransactionManager manager, Begin begin, Transactions transactions) {
        super(manager);
        this.begin = begin;
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

    /**
     * Begins a transaction with a timeout of its own, whatever the thread's timeout is.
     *
     * @param timeout its timeout; fractions of a second count
     * @throws IllegalArgumentException if it is not more than zero
     * @throws NotSupportedException if the thread has a transaction already
     * @throws SystemException if the manager cannot begin one
     */
    public void begin(Duration timeout) throws NotSupportedException, SystemException {
        begin.begin(checked(timeout));
        begunByWork.begun(this);
    }

    /** {@return the timeout, if a transaction can have it} */
    static Duration checked(Duration timeout) {
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException("the timeout of a transaction is more than zero, not " + timeout);
        }
        return timeout;
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
        RollbackReason reason = transactions.beforeCommit();
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
