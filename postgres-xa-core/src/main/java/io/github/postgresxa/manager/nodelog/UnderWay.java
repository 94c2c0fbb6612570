package io.github.postgresxa.manager.nodelog;

import java.util.Set;
import javax.transaction.xa.Xid;

/** The transactions of this process's manager that have not ended: the manager itself ends them. */
public interface UnderWay {

    /** No transactions. */
    UnderWay NOTHING = new UnderWay() {
        @Override
        public boolean includes(Xid xid) {
            return false;
        }

        @Override
        public Set<?> all() {
            return Set.of();
        }
    };

    /**
     * Whether a transaction is under way here.
     *
     * @param xid of one of its branches
     * @return whether the manager still works on it
     */
    boolean includes(Xid xid);

    /** {@return the identifiers of all, at this moment} */
    Set<?> all();
}
