package io.github.postgresxa.manager.narayana;

import com.arjuna.ats.arjuna.AtomicAction;
import com.arjuna.ats.arjuna.coordinator.ActionStatus;
import com.arjuna.ats.arjuna.coordinator.BasicAction;
import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionManagerImple;
import io.github.postgresxa.manager.GuardedResources;
import io.github.postgresxa.node.StackRoom;
import io.github.postgresxa.transaction.DelegatingManager;
import io.github.postgresxa.transaction.UndecidedByManagerException;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.SystemException;

/**
 * Narayana, asked only with room on the stack, and for no new transaction after it was closed. Other resources are
 * guarded when their transaction ends.
 */
final class GuardedManager extends DelegatingManager {

    private volatile boolean closed;

    GuardedManager() {
        super(new TransactionManagerImple());
    }

    @Override
    public void begin() throws NotSupportedException, SystemException {
        StackRoom.requireForWork();
        if (closed) {
            throw new SystemException("postgres-xa is closed, so no transaction can begin");
        }
        super.begin();
    }

    @Override
    public void commit()
            throws RollbackException, HeuristicMixedException, HeuristicRollbackException, SystemException {
        StackRoom.requireForWork(); // An Error within Narayana's own commit would leave the transaction to nobody.
        GuardedResources others = OtherResources.guard();
        BasicAction committing = BasicAction.Current();
        try {
            super.commit();
        } catch (UndecidedException e) {
            throw unknown(e);
        } catch (RollbackException e) {
            others.requireNothingKept();
            throw e;
        } catch (RuntimeException | Error e) {
            if (BasicAction.Current() == committing && committing instanceof AtomicAction left && isInPhases(left)) {
                UndecidedException.leave(left); // A resource threw what no resource may throw.
                throw unknown(e);
            }
            throw e;
        } finally {
            hasEnded();
        }
    }

    /** One that ends after the close may have started threads of Narayana again. */
    private void hasEnded() {
        if (closed) {
            NarayanaCore.stopIfUnused();
        }
    }

    private static boolean isInPhases(AtomicAction action) {
        return action.status() != ActionStatus.RUNNING && action.status() != ActionStatus.ABORT_ONLY;
    }

    private static HeuristicMixedException unknown(Throwable cause) {
        return new UndecidedByManagerException(
                String.valueOf(cause.getMessage()) + "; recovery settles all of it by the manager's decision", cause);
    }

    @Override
    public void rollback() throws SystemException {
        StackRoom.requireForWork();
        GuardedResources others = OtherResources.guard();
        try {
            super.rollback();
            others.requireRolledBack();
        } catch (RuntimeException | Error e) {
            leave(e);
            throw e;
        } finally {
            hasEnded();
        }
    }

    /**
     * Frees the thread from a transaction in whose end Narayana has failed. Narayana leaves it there, where it can
     * neither go on nor end, and no other one can begin.
     */
    private void leave(Throwable failure) {
        try {
            int status = getStatus();
            if (status != Status.STATUS_NO_TRANSACTION
                    && status != Status.STATUS_ACTIVE
                    && status != Status.STATUS_MARKED_ROLLBACK) {
                suspend();
            }
        } catch (SystemException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /** Lets no further transaction begin. Those under way can end. */
    void close() {
        closed = true;
    }
}
