package io.github.postgresxa.manager.atomikos;

import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.manager.ForwardedResource;
import io.github.postgresxa.prepared.NodeScan;
import java.util.Set;
import java.util.function.BooleanSupplier;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;

/**
 * Recovery for a manager that asks every ten seconds, also where no other resource has ever taken part. Then no node
 * can have a branch that waits for this manager, and no node is queried.
 */
final class IdleRecovery extends ForwardedResource implements NodeScan {

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
        super(nodes);
        this.nodes = nodes;
        this.mayHavePrepared = mayHavePrepared;
    }

    @Override
    public Xid[] recover(int flag) throws XAException {
        return mayHavePrepared.getAsBoolean() ? super.recover(flag) : NONE;
    }

    @Override
    public Set<NodeIdentity> covered() {
        return nodes.covered();
    }
}
