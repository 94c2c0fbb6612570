package io.github.postgresxa.manager.narayana;

import com.arjuna.ats.arjuna.common.Uid;
import com.arjuna.ats.arjuna.exceptions.ObjectStoreException;
import com.arjuna.ats.arjuna.objectstore.ObjectStoreAPI;
import com.arjuna.ats.arjuna.objectstore.StateStatus;
import com.arjuna.ats.arjuna.state.InputObjectState;
import com.arjuna.ats.arjuna.state.OutputObjectState;
import java.io.IOException;
import java.io.SyncFailedException;
import org.jspecify.annotations.Nullable;

/**
 * Narayana's store, in which a transaction of PostgreSQL nodes alone leaves nothing. The first other transaction that
 * decides opens the log behind it; one that an earlier run has left is opened when recovery reads it.
 *
 * <p>There is one for each class loader, for ever: several classes of Narayana keep the store that they find first.
 */
final class LogOnDemand implements ObjectStoreAPI {

    private static final ObjectStoreAPI NONE = new EmptyStore();

    private @Nullable DurableLog place;
    private @Nullable ObjectStoreAPI log;

    /** Begins to use a log. */
    synchronized void use(DurableLog durable) {
        place = durable;
    }

    /** Closes the log. Until the next one, nothing can be written. */
    synchronized void leave() {
        ObjectStoreAPI open = log;
        log = null;
        place = null;
        if (open != null) {
            open.stop();
        }
    }

    private synchronized ObjectStoreAPI existing() throws ObjectStoreException {
        if (log == null && place != null && place.exists()) {
            log = place.open();
        }
        return log == null ? NONE : log;
    }

    private synchronized ObjectStoreAPI writable() throws ObjectStoreException {
        DurableLog durable = place;
        if (durable == null) {
            throw new ObjectStoreException("the transaction manager is closed and writes no decision");
        }
        ObjectStoreAPI open = log;
        if (open == null) {
            try {
                durable.keepName();
            } catch (IOException e) {
                throw new ObjectStoreException("the transaction log cannot be written: " + e.getMessage(), e);
            }
            open = durable.open();
            log = open;
        }
        return open;
    }

    /**
     * Writes a decision. The one of a transaction of nodes alone is in PostgreSQL; Narayana wants to write here what it
     * could not find out about it.
     */
    @Override
    public boolean write_committed(Uid id, String type, OutputObjectState state) throws ObjectStoreException {
        return MixedTransactions.isOfNodesAlone(id) || writable().write_committed(id, type, state);
    }

    @Override
    public boolean remove_committed(Uid id, String type) throws ObjectStoreException {
        return existing().remove_committed(id, type);
    }

    @Override
    public boolean write_uncommitted(Uid id, String type, OutputObjectState state) throws ObjectStoreException {
        return writable().write_uncommitted(id, type, state);
    }

    @Override
    public boolean remove_uncommitted(Uid id, String type) throws ObjectStoreException {
        return existing().remove_uncommitted(id, type);
    }

    @Override
    public boolean commit_state(Uid id, String type) throws ObjectStoreException {
        return writable().commit_state(id, type);
    }

    @Override
    public boolean hide_state(Uid id, String type) throws ObjectStoreException {
        return writable().hide_state(id, type);
    }

    @Override
    public boolean reveal_state(Uid id, String type) throws ObjectStoreException {
        return writable().reveal_state(id, type);
    }

    @Override
    public @Nullable InputObjectState read_committed(Uid id, String type) throws ObjectStoreException {
        return existing().read_committed(id, type);
    }

    @Override
    public @Nullable InputObjectState read_uncommitted(Uid id, String type) throws ObjectStoreException {
        return existing().read_uncommitted(id, type);
    }

    @Override
    public int currentState(Uid id, String type) throws ObjectStoreException {
        return existing().currentState(id, type);
    }

    @Override
    public boolean isType(Uid id, String type, int state) throws ObjectStoreException {
        return currentState(id, type) == state;
    }

    @Override
    public boolean allObjUids(String type, InputObjectState found) throws ObjectStoreException {
        return allObjUids(type, found, StateStatus.OS_UNKNOWN);
    }

    @Override
    public boolean allObjUids(String type, InputObjectState found, int state) throws ObjectStoreException {
        return existing().allObjUids(type, found, state);
    }

    @Override
    public boolean allTypes(InputObjectState found) throws ObjectStoreException {
        return existing().allTypes(found);
    }

    @Override
    public void sync() throws SyncFailedException, ObjectStoreException {
        existing().sync();
    }

    @Override
    public boolean fullCommitNeeded() {
        return true;
    }

    @Override
    public String getStoreName() {
        return NONE.getStoreName();
    }

    @Override
    public void start() {
        // It is opened when it is needed.
    }

    @Override
    public void stop() {
        // Its owner closes it.
    }
}
