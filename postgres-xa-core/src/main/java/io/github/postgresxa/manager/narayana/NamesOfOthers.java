package io.github.postgresxa.manager.narayana;

import com.arjuna.ats.jta.recovery.XAResourceOrphanFilter;
import io.github.postgresxa.gid.ManagerIds;
import java.util.function.Predicate;
import javax.transaction.xa.Xid;

/**
 * Keeps Narayana's own recovery, should an application run it, from what is decided on a node. It would presume an
 * abort, because its log holds nothing.
 */
final class NamesOfOthers implements XAResourceOrphanFilter {

    private final Predicate<Xid> isItsOwn;

    /**
     * Creates a filter.
     *
     * @param isItsOwn which identifiers Narayana recovers from its own log
     */
    NamesOfOthers(Predicate<Xid> isItsOwn) {
        this.isItsOwn = isItsOwn;
    }

    @Override
    public Vote checkXid(Xid xid) {
        return ManagerIds.manager(xid).isPresent() && !isItsOwn.test(xid) ? Vote.LEAVE_ALONE : Vote.ABSTAIN;
    }
}
