package io.github.postgresxa.test.manager;

import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * Another resource in the same transaction, such as a message broker. It votes as configured and remembers how it
 * ended.
 */
public class OtherResource implements XAResource {

    /** How it ended. */
    public enum Fate {
        /** The manager has not ended it. */
        NONE,
        /** The manager has committed it. */
        COMMITTED,
        /** The manager has rolled it back. */
        ROLLED_BACK
    }

    private final boolean agrees;
    private volatile Fate fate = Fate.NONE;

    /**
     * Creates a resource for one transaction.
     *
     * @param agrees whether it votes for the commit
     */
    public OtherResource(boolean agrees) {
        this.agrees = agrees;
    }

    /** {@return how it ended} */
    public Fate fate() {
        return fate;
    }

    @Override
    public int prepare(Xid xid) throws XAException {
        if (!agrees) {
            throw new XAException(XAException.XA_RBROLLBACK);
        }
        return XA_OK;
    }

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        fate = Fate.COMMITTED;
    }

    @Override
    public void rollback(Xid xid) throws XAException {
        fate = Fate.ROLLED_BACK;
    }

    @Override
    public void start(Xid xid, int flags) {
        // It keeps no work.
    }

    @Override
    public void end(Xid xid, int flags) {
        // It keeps no work.
    }

    @Override
    public void forget(Xid xid) {
        // It remembers nothing for the manager.
    }

    @Override
    public Xid[] recover(int flag) {
        return new Xid[0];
    }

    @Override
    public boolean isSameRM(XAResource other) {
        return other == this;
    }

    @Override
    public int getTransactionTimeout() {
        return 0;
    }

    @Override
    public boolean setTransactionTimeout(int seconds) {
        return false;
    }
}
