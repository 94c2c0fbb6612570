package io.github.postgresxa.manager.narayana;

import com.arjuna.ats.arjuna.common.Uid;
import com.arjuna.ats.arjuna.exceptions.ObjectStoreException;
import com.arjuna.ats.arjuna.objectstore.ObjectStoreAPI;
import com.arjuna.ats.arjuna.objectstore.StateStatus;
import com.arjuna.ats.arjuna.state.InputObjectState;
import com.arjuna.ats.arjuna.state.OutputObjectState;
import com.arjuna.ats.internal.arjuna.common.UidHelper;
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

    private synchronized @Nullable ObjectStoreAPI existing() throws ObjectStoreException {
        if (log == null && place != null && place.exists()) {
            log = place.open();
        }
        return log;
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
        ObjectStoreAPI open = existing();
        return open == null || open.remove_committed(id, type);
    }

    @Override
    public boolean write_uncommitted(Uid id, String type, OutputObjectState state) throws ObjectStoreException {
        return writable().write_uncommitted(id, type, state);
    }

    @Override
    public boolean remove_uncommitted(Uid id, String type) throws ObjectStoreException {
        ObjectStoreAPI open = existing();
        return open == null || open.remove_uncommitted(id, type);
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
        ObjectStoreAPI open = existing();
        return open == null ? null : open.read_committed(id, type);
    }

    @Override
    public @Nullable InputObjectState read_uncommitted(Uid id, String type) throws ObjectStoreException {
        ObjectStoreAPI open = existing();
        return open == null ? null : open.read_uncommitted(id, type);
    }

    @Override
    public int currentState(Uid id, String type) throws ObjectStoreException {
        ObjectStoreAPI open = existing();
        return open == null ? StateStatus.OS_UNKNOWN : open.currentState(id, type);
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
        ObjectStoreAPI open = existing();
        if (open != null) {
            return open.allObjUids(type, found, state);
        }
        OutputObjectState none = new OutputObjectState();
        try {
            UidHelper.packInto(Uid.nullUid(), none); // It ends each list.
        } catch (IOException e) {
            throw new ObjectStoreException(e);
        }
        found.setBuffer(none.buffer());
        return true;
    }

    @Override
    public boolean allTypes(InputObjectState found) throws ObjectStoreException {
        ObjectStoreAPI open = existing();
        if (open != null) {
            return open.allTypes(found);
        }
        OutputObjectState none = new OutputObjectState();
        try {
            none.packString(""); // It ends each list.
        } catch (IOException e) {
            throw new ObjectStoreException(e);
        }
        found.setBuffer(none.buffer());
        return true;
    }

    @Override
    public void sync() throws SyncFailedException, ObjectStoreException {
        ObjectStoreAPI open = existing();
        if (open != null) {
            open.sync();
        }
    }

    @Override
    public boolean fullCommitNeeded() {
        return true;
    }

    @Override
    public String getStoreName() {
        return "postgres-xa";
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
