package io.github.postgresxa.manager.atomikos;

import com.atomikos.icatch.CompositeTransaction;
import com.atomikos.icatch.CompositeTransactionManager;
import com.atomikos.icatch.config.Configuration;
import com.atomikos.icatch.jta.TransactionManagerImp;
import com.atomikos.icatch.jta.UserTransactionManager;
import io.github.postgresxa.manager.GuardedResources;
import io.github.postgresxa.node.StackRoom;
import io.github.postgresxa.transaction.DelegatingManager;
import io.github.postgresxa.transaction.UndecidedByManagerException;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.InvalidTransactionException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Atomikos, asked only where it can answer: with room on the stack, not before it is ready for a verb, and for what
 * leaves the thread in order.
 *
 * <p>It begins no nested transactions. The commit of one would return before anything is durable: its work is
 * committed, or rolled back, with the transaction around it.
 */
final class GuardedManager extends DelegatingManager {

    private final CompleteRegistry registry;

    GuardedManager(UserTransactionManager manager, CompleteRegistry registry) {
        super(manager);
        this.registry = registry;
    }

    @Override
    public void begin() throws NotSupportedException, SystemException {
        StackRoom.requireForWork();
        requireFreeThread();
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
            requireFreeThread();
            running.begin(seconds);
        } else {
            super.begin(); // It says why it cannot begin.
        }
    }

    private void requireFreeThread() throws NotSupportedException, SystemException {
        if (getStatus() != Status.STATUS_NO_TRANSACTION) { // It is also refused after the manager was closed.
            throw new NotSupportedException(
                    "this thread has a transaction already: end it or suspend it before another one begins");
        }
        forgetEnded();
    }

    /**
     * Removes a transaction from the thread that has ended elsewhere, on a thread that had it, too, or before it was
     * resumed here. For Atomikos the thread has none, and yet it could not begin one.
     */
    private void forgetEnded() throws SystemException {
        CompositeTransactionManager threads = Configuration.getCompositeTransactionManager();
        if (threads != null && getTransaction() == null) {
            CompositeTransaction left = threads.getCompositeTransaction();
            if (left != null && TransactionManagerImp.isJtaTransaction(left)) {
                threads.suspend();
            }
        }
    }

    @Override
    public void commit()
            throws RollbackException, HeuristicMixedException, HeuristicRollbackException, SystemException {
        StackRoom.requireForWork(); // An Error within Atomikos' own commit would leave the transaction to nobody.
        getStatus(); // Before its first verb, Atomikos is not ready for one, and fails with a NullPointerException.
        registry.ends();
        GuardedResources others = Participants.guard();
        String id = Commits.begin();
        SQLException noLog = Commits.cannotBeDecided(id, AtomikosCore.nodeLog());
        try {
            if (noLog != null) {
                super.setRollbackOnly();
            }
            super.commit();
        } catch (RollbackException e) {
            others.requireNothingKept();
            throw noLog == null ? reallyRolledBack(id, e) : because(noLog);
        } catch (Error e) {
            throw rolledBackBecauseOf(e);
        } finally {
            Commits.end(id);
        }
    }

    private static RollbackException because(SQLException noLog) {
        RollbackException told = new RollbackException("another resource takes part, and the decision has no place");
        told.initCause(noLog);
        return told;
    }

    /** Atomikos reports a rollback also where its decision was sent, and the reply is lost. */
    private static RollbackException reallyRolledBack(@Nullable String id, RollbackException told)
            throws HeuristicMixedException {
        String why = Commits.unknown(id);
        if (why != null) {
            throw new UndecidedByManagerException(
                    "the decision of the transaction manager was sent and not answered (" + why
                            + "), and recovery settles all of it by that decision when its node answers",
                    told);
        }
        return told;
    }

    /**
     * Rolls back what an Error in a synchronization has left. Atomikos leaves such a transaction on its thread, where
     * it is neither committed nor rolled back, and no other one can begin.
     *
     * @throws Error the same one, if the transaction had left the thread before: the end had begun
     */
    private RollbackException rolledBackBecauseOf(Error error) {
        try {
            if (getTransaction() == null) {
                throw error;
            }
            super.setRollbackOnly();
            super.rollback();
        } catch (SystemException | RuntimeException e) {
            error.addSuppressed(e);
            throw error;
        }
        RollbackException told = new RollbackException("what ran before the commit failed: " + error);
        told.initCause(error);
        return told;
    }

    @Override
    public void rollback() throws SystemException {
        StackRoom.requireForWork();
        getStatus();
        registry.ends();
        GuardedResources others = Participants.guard();
        super.rollback();
        others.requireRolledBack();
    }

    /**
     * Resumes a transaction.
     *
     * @throws InvalidTransactionException also if it has ended: Atomikos returns then, and statements would commit on
     *     their own
     */
    @Override
    public void resume(Transaction transaction) throws InvalidTransactionException, SystemException {
        forgetEnded();
        super.resume(transaction);
        if (getTransaction() == null) {
            forgetEnded();
            throw new InvalidTransactionException("the transaction to resume has ended");
        }
    }

    @Override
    public void setRollbackOnly() throws SystemException {
        getStatus();
        super.setRollbackOnly();
    }
}
