package io.github.postgresxa.manager.atomikos;

import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.prepared.NodeScan;
import java.util.Set;
import java.util.function.BooleanSupplier;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * Recovery for a manager that asks every ten seconds, also where no other resource has ever taken part. Then no node
 * can have a branch that waits for this manager, and no node is queried.
 */
final class IdleRecovery implements NodeScan {

    private static final Xid[] NONE = new Xid[0];

    private final NodeScan nodes;
    private final BooleanSupplier mayHavePrepared;

    /**
     * Creates the recovery.
     *
     * @param nodes queries all nodes
     * @param mayHavePrepared whether some node may have a branch that waits for this manager
     */
    IdleRecovery(NodeScan nodes, BooleanSupplier mayHavePrepared) {
        this.nodes = nodes;
        this.mayHavePrepared = mayHavePrepared;
    }

    @Override
    public Xid[] recover(int flag) throws XAException {
        return mayHavePrepared.getAsBoolean() ? nodes.recover(flag) : NONE;
    }

    @Override
    public Set<NodeIdentity> covered() {
        return nodes.covered();
    }

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        nodes.commit(xid, onePhase);
    }

    @Override
    public void rollback(Xid xid) throws XAException {
        nodes.rollback(xid);
    }

    @Override
    public int prepare(Xid xid) throws XAException {
        return nodes.prepare(xid);
    }

    @Override
    public void forget(Xid xid) throws XAException {
        nodes.forget(xid);
    }

    @Override
    public void start(Xid xid, int flags) throws XAException {
        nodes.start(xid, flags);
    }

    @Override
    public void end(Xid xid, int flags) throws XAException {
        nodes.end(xid, flags);
    }

    @Override
    public boolean isSameRM(XAResource other) {
        return other == this;
    }

    @Override
    public int getTransactionTimeout() throws XAException {
        return nodes.getTransactionTimeout();
    }

    @Override
    public boolean setTransactionTimeout(int seconds) throws XAException {
        return nodes.setTransactionTimeout(seconds);
    }
}
