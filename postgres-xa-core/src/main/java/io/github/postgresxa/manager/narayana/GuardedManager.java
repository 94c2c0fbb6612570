package io.github.postgresxa.manager.narayana;

import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionManagerImple;
import io.github.postgresxa.node.StackRoom;
import io.github.postgresxa.transaction.DelegatingManager;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.SystemException;

/** Narayana, asked only with room on the stack, and for no new transaction after it was closed. */
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
        super.commit();
    }

    @Override
    public void rollback() throws SystemException {
        StackRoom.requireForWork();
        super.rollback();
    }

    /** Lets no further transaction begin. Those under way can end. */
    void close() {
        closed = true;
    }
}
