package io.github.postgresxa.support;

import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * Another resource in the same transaction, such as a message broker. It votes as configured and remembers how it
 * ended.
 */
public class OtherResource implements XAResource {

    public enum Fate {
        NONE,
        COMMITTED,
        ROLLED_BACK
    }

    private final boolean agrees;
    public volatile Fate fate = Fate.NONE;

    public OtherResource(boolean agrees) {
        this.agrees = agrees;
    }

    @Override
    public int prepare(Xid xid) throws XAException {
        if (!agrees) {
            throw new XAException(XAException.XA_RBROLLBACK);
        }
        return XA_OK;
    }

    @Override
    public void commit(Xid xid, boolean onePhase) {
        fate = Fate.COMMITTED;
    }

    @Override
    public void rollback(Xid xid) {
        fate = Fate.ROLLED_BACK;
    }

    @Override
    public void start(Xid xid, int flags) {}

    @Override
    public void end(Xid xid, int flags) {}

    @Override
    public void forget(Xid xid) {}

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
