package io.github.postgresxa.simulation;

import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.prepared.NodeScan;
import java.util.Set;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** A resource as recovery uses it. It tells the process which branches it ends. */
final class Recoverable implements NodeScan {

    interface Scan {
        Xid[] recover(int flag) throws XAException;
    }

    interface End {
        void of(Xid xid) throws XAException;
    }

    private final String name;
    private final EmbeddedProcess process;
    private final Scan scan;
    private final End commit;
    private final End rollback;

    Recoverable(String name, EmbeddedProcess process, Scan scan, End commit, End rollback) {
        this.name = name;
        this.process = process;
        this.scan = scan;
        this.commit = commit;
        this.rollback = rollback;
    }

    @Override
    public Xid[] recover(int flag) throws XAException {
        return scan.recover(flag);
    }

    @Override
    public Set<NodeIdentity> covered() {
        return Set.of();
    }

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        end(xid, true, commit);
    }

    @Override
    public void rollback(Xid xid) throws XAException {
        end(xid, false, rollback);
    }

    private void end(Xid xid, boolean commits, End end) throws XAException {
        try {
            end.of(xid);
            process.ended(xid, commits);
        } catch (XAException e) {
            if (e.errorCode == XAException.XA_HEURCOM || e.errorCode == XAException.XA_HEURRB) {
                process.overruled(xid, commits, e.errorCode == XAException.XA_HEURCOM);
            }
            throw e;
        }
    }

    @Override
    public void start(Xid xid, int flags) throws XAException {
        throw new XAException(XAException.XAER_PROTO);
    }

    @Override
    public void end(Xid xid, int flags) throws XAException {
        throw new XAException(XAException.XAER_PROTO);
    }

    @Override
    public int prepare(Xid xid) throws XAException {
        throw new XAException(XAException.XAER_PROTO);
    }

    @Override
    public void forget(Xid xid) {
        // There is nothing to forget.
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

    @Override
    public String toString() {
        return name;
    }
}
