package io.github.postgresxa.manager.narayana;

import com.arjuna.ats.arjuna.common.Uid;
import com.arjuna.ats.arjuna.exceptions.ObjectStoreException;
import com.arjuna.ats.arjuna.objectstore.ObjectStoreAPI;
import com.arjuna.ats.arjuna.objectstore.StateStatus;
import com.arjuna.ats.arjuna.state.InputObjectState;
import com.arjuna.ats.arjuna.state.OutputObjectState;
import com.arjuna.ats.internal.arjuna.common.UidHelper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A store of Narayana in which nothing is found, and that takes nothing. */
class EmptyStore implements ObjectStoreAPI {

    private static ObjectStoreException refusal(String type) {
        return new ObjectStoreException("the transaction log keeps decisions, and nothing of the type " + type);
    }

    @Override
    public boolean write_committed(Uid id, String type, OutputObjectState state) throws ObjectStoreException {
        throw refusal(type);
    }

    @Override
    public boolean remove_committed(Uid id, String type) throws ObjectStoreException {
        return true;
    }

    @Override
    public boolean write_uncommitted(Uid id, String type, OutputObjectState state) throws ObjectStoreException {
        throw refusal(type);
    }

    @Override
    public boolean remove_uncommitted(Uid id, String type) {
        return true;
    }

    @Override
    public boolean commit_state(Uid id, String type) throws ObjectStoreException {
        throw refusal(type);
    }

    @Override
    public boolean hide_state(Uid id, String type) throws ObjectStoreException {
        throw refusal(type);
    }

    @Override
    public boolean reveal_state(Uid id, String type) throws ObjectStoreException {
        throw refusal(type);
    }

    @Override
    public @Nullable InputObjectState read_committed(Uid id, String type) {
        return null;
    }

    @Override
    public @Nullable InputObjectState read_uncommitted(Uid id, String type) {
        return null;
    }

    @Override
    public int currentState(Uid id, String type) {
        return StateStatus.OS_UNKNOWN;
    }

    @Override
    public boolean isType(Uid id, String type, int state) {
        return state == StateStatus.OS_UNKNOWN;
    }

    @Override
    public boolean allObjUids(String type, InputObjectState found) throws ObjectStoreException {
        return allObjUids(type, found, StateStatus.OS_UNKNOWN);
    }

    @Override
    public boolean allObjUids(String type, InputObjectState found, int state) throws ObjectStoreException {
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
    public void sync() {
        // What was written is safe.
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
        // There is nothing to open.
    }

    @Override
    public void stop() {
        // There is nothing to close.
    }
}
