package io.github.postgresxa.manager;

import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** A resource for recovery that notes when the manager calls it. */
final class WatchedResource extends ForwardedResource {

    private final Runnable called;

    WatchedResource(XAResource resource, Runnable called) {
        super(resource);
        this.called = called;
    }

    @Override
    public Xid[] recover(int flag) throws XAException {
        called.run();
        return super.recover(flag);
    }

    @Override
    public String toString() {
        return "postgres-xa, for recovery";
    }
}
