package io.github.postgresxa.prepared;

import io.github.postgresxa.decision.ManagerLogNode;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import javax.transaction.xa.Xid;

/** What recovery of one instance does for a transaction manager, where another resource takes part. */
public interface ManagerRecovery {

    /**
     * Creates the resource with which a manager recovers.
     *
     * @param ours which identifiers are that manager's, as a whole
     * @return lists and finishes its transactions
     */
    NodeScan forManager(Predicate<Xid> ours);

    /** {@return the nodes, as places for the decisions of managers; in the order in which they are tried} */
    List<ManagerLogNode> managerLogNodes();

    /** {@return whether a branch that waits for an embedded manager has been listed for longer than the grace} */
    boolean listsForManagers();

    /** {@return whether this instance ends what other processes have left} */
    boolean isEnabled();

    /** {@return how long a branch is left to its manager, from when it was first seen} */
    Duration grace();
}
