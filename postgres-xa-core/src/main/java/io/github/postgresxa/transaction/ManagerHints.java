package io.github.postgresxa.transaction;

import io.github.postgresxa.gid.NodeIdentity;
import java.util.Collection;
import javax.transaction.xa.Xid;

/** Receives how far a transaction needs the transaction manager's own log. */
public interface ManagerHints {

    /** Hints for managers that decide by themselves what to log. */
    ManagerHints NONE = new ManagerHints() {};

    /**
     * Notes that a transaction uses these nodes. Unless {@link #prepares} follows, it is one-phase and needs no log.
     *
     * @param xid the manager's identifier
     */
    default void starts(Xid xid) {}

    /**
     * Notes that another resource takes part as well, so the manager's log decides.
     *
     * @param xid the manager's identifier
     */
    default void prepares(Xid xid) {}

    /**
     * Notes that the nodes are prepared and agree to a commit. The manager has not logged its decision yet.
     *
     * @param xid the manager's identifier
     * @param nodes the nodes on which something is prepared
     */
    default void agree(Xid xid, Collection<NodeIdentity> nodes) {}

    /**
     * Returns whether the manager can certainly not commit a transaction any more, although it does not roll it back
     * either: its decision was refused.
     *
     * @param xid the manager's identifier
     * @return false if that is not known
     */
    default boolean neverCommits(Xid xid) {
        return false;
    }

    /**
     * Notes that the transaction is over.
     *
     * @param xid the manager's identifier
     */
    default void ends(Xid xid) {}
}
