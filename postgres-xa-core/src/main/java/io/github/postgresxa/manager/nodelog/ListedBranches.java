package io.github.postgresxa.manager.nodelog;

import io.github.postgresxa.gid.ManagerIds;
import io.github.postgresxa.gid.ManagerXid;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The prepared branches of the embedded managers that resources list. Those of other managers are nobody's here. */
final class ListedBranches {

    private static final Logger LOG = LoggerFactory.getLogger(BranchRecovery.class);

    private final Map<ManagerXid, List<Listed>> listed = new LinkedHashMap<>();

    /**
     * A branch where it was listed.
     *
     * @param resource lists it, and ends it
     * @param xid as the resource spelled it
     */
    record Listed(XAResource resource, Xid xid) {}

    /** {@return the branches, each with the resources that list it: one database may be known twice} */
    Map<ManagerXid, List<Listed>> all() {
        return listed;
    }

    /** {@return whether a resource has listed its branches} If not, that means nothing. */
    boolean ask(XAResource resource) {
        try {
            int flag = XAResource.TMSTARTRSCAN;
            Set<ManagerXid> before = new HashSet<>();
            while (add(resource, before, resource.recover(flag))) {
                flag = XAResource.TMNOFLAGS;
            }
            resource.recover(XAResource.TMENDRSCAN);
            return true;
        } catch (XAException | RuntimeException | Error e) {
            LOG.debug("{} does not list its prepared branches", resource, e);
            return false;
        }
    }

    /** {@return whether one of them is new} Some resources list the same ones again and again. */
    private boolean add(XAResource resource, Set<ManagerXid> before, Xid[] some) {
        boolean isNew = false;
        for (Xid xid : some == null ? new Xid[0] : some) {
            if (xid.getGlobalTransactionId() != null && xid.getBranchQualifier() != null) {
                ManagerXid known = ManagerXid.of(xid);
                isNew |= before.add(known);
                if (ManagerIds.manager(xid).isPresent()) {
                    add(resource, known, xid);
                }
            }
        }
        return isNew;
    }

    private void add(XAResource resource, ManagerXid known, Xid xid) {
        List<Listed> where = listed.computeIfAbsent(known, x -> new ArrayList<>());
        if (where.stream().noneMatch(l -> l.resource() == resource)) {
            where.add(new Listed(resource, xid));
        }
    }
}
