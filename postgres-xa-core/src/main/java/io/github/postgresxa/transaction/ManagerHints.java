package io.github.postgresxa.transaction;

import javax.transaction.xa.Xid;

/** Tells a manager's binding how far a transaction needs the manager's own log. */
public interface ManagerHints {

    /** For managers that decide by themselves what to log. */
    ManagerHints NONE = new ManagerHints() {};

    /**
     * A transaction uses our nodes; unless {@link #prepares} follows, it is one-phase and needs no log.
     *
     * @param xid the manager's identifier
     */
    default void starts(Xid xid) {}

    /**
     * Another resource takes part as well, so the manager's log decides.
     *
     * @param xid the manager's identifier
     */
    default void prepares(Xid xid) {}

    /**
     * The transaction is over.
     *
     * @param xid the manager's identifier
     */
    default void ends(Xid xid) {}
}
