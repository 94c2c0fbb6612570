package io.github.postgresxa.manager.atomikos;

import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The interposed synchronizations of one transaction, as one synchronization of Atomikos. Atomikos calls {@code
 * beforeCompletion} in the order of registration, and {@code afterCompletion} in the reverse order. So this one
 * registers itself once more when the transaction ends, and does its work at that place.
 */
final class InterposedSynchronizations implements Synchronization {

    private static final Logger LOG = LoggerFactory.getLogger(InterposedSynchronizations.class);

    private final Transaction transaction;
    private final List<Synchronization> all = new ArrayList<>(2);
    private int registered;
    private int calls;
    private boolean sealed;
    private boolean completed;

    InterposedSynchronizations(Transaction transaction) {
        this.transaction = transaction;
    }

    synchronized void add(Synchronization synchronization) {
        if (sealed) {
            throw new IllegalStateException("the transaction is ending and takes no further synchronization");
        }
        all.add(synchronization);
    }

    /** {@return the one at this place; null after the last one: from then on none is added} */
    private synchronized @Nullable Synchronization at(int index) {
        sealed = index >= all.size();
        return sealed ? null : all.get(index);
    }

    void register() throws RollbackException, SystemException {
        transaction.registerSynchronization(this);
        registered++;
    }

    /** Moves this one behind all that are registered now. */
    void moveToTheEnd() {
        try {
            register();
        } catch (RollbackException | SystemException | IllegalStateException e) {
            LOG.trace("the transaction has ended, so its synchronizations keep their order", e);
        }
    }

    @Override
    public void beforeCompletion() {
        calls++;
        if (registered == 1) {
            moveToTheEnd(); // It was registered in a beforeCompletion, or the commit is that of the Transaction.
        }
        if (calls < registered) {
            return;
        }
        int i = 0;
        for (Synchronization next = at(i); next != null; next = at(++i)) {
            next.beforeCompletion();
        }
    }

    @Override
    public void afterCompletion(int status) {
        if (completed) {
            return;
        }
        completed = true;
        Throwable failure = null;
        int known = Commits.isUnknownHere() ? Status.STATUS_UNKNOWN : status; // Atomikos takes it for rolled back.
        for (Synchronization next : reversed()) {
            try {
                next.afterCompletion(known);
            } catch (RuntimeException | Error e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception; // Atomikos logs it.
        }
    }

    private synchronized List<Synchronization> reversed() {
        sealed = true;
        List<Synchronization> reversed = new ArrayList<>(all);
        Collections.reverse(reversed);
        return reversed;
    }

    /** Atomikos builds this text for every transaction, whatever its log level. */
    @Override
    public String toString() {
        return "interposed synchronizations";
    }
}
