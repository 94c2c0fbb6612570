package io.github.postgresxa.prepared;

import io.github.postgresxa.gid.NodeIdentity;
import java.util.Set;
import javax.transaction.xa.XAResource;

/** What a transaction manager queries when it recovers. It may forget what a scan does not list. */
public interface NodeScan extends XAResource {

    /** {@return the nodes that the last call of {@link #recover} has covered; none if it failed} */
    Set<NodeIdentity> covered();
}
