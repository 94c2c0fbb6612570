package io.github.postgresxa.quarkus.it;

import java.util.concurrent.atomic.AtomicBoolean;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** Passes each call on, and can end the process at one of them. */
final class ForwardingXaResource implements XAResource {

    /** Whether the next commit ends the process instead. */
    static final AtomicBoolean HALT = new AtomicBoolean();

    private final XAResource resource;

    ForwardingXaResource(XAResource resource) {
        this.resource = resource;
    }

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        if (HALT.get()) {
            Runtime.getRuntime().halt(1);
        }
        resource.commit(xid, onePhase);
    }

    @Override
    public void end(Xid xid, int flags) throws XAException {
        resource.end(xid, flags);
    }

    @Override
    public void forget(Xid xid) throws XAException {
        resource.forget(xid);
    }

    @Override
    public int getTransactionTimeout() throws XAException {
        return resource.getTransactionTimeout();
    }

    @Override
    public boolean isSameRM(XAResource other) {
        return other == this;
    }

    @Override
    public int prepare(Xid xid) throws XAException {
        return resource.prepare(xid);
    }

    @Override
    public Xid[] recover(int flag) throws XAException {
        return resource.recover(flag);
    }

    @Override
    public void rollback(Xid xid) throws XAException {
        resource.rollback(xid);
    }

    @Override
    public boolean setTransactionTimeout(int seconds) throws XAException {
        return resource.setTransactionTimeout(seconds);
    }

    @Override
    public void start(Xid xid, int flags) throws XAException {
        resource.start(xid, flags);
    }
}
