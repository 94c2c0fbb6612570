package io.github.postgresxa.recovery;

import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Roster;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.prepared.PreparedBranch;
import io.github.postgresxa.prepared.PreparedList;
import io.github.postgresxa.prepared.Rosters;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The branches that wait for transaction managers, as all nodes that this process knows list them.
 *
 * @param branches what is listed
 * @param nodes the nodes that listed it
 * @param complete whether each configured node has listed all
 */
record SubordinateListing(List<Found> branches, Set<NodeIdentity> nodes, boolean complete) {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private static final String NOT_KNOWN =
            "of its %d nodes, those whose identity in pgxa.node ends with %s are not known to this process, and the"
                    + " decision has to name every branch. Name these nodes in postgres.xa.nodes of the instance that"
                    + " recovers for this transaction manager; its next recovery then settles the transaction";

    /** A branch where it was found. */
    record Found(NodeMonitor monitor, PreparedBranch branch, String incarnation) {

        Gid gid() {
            return branch.gid();
        }
    }

    static SubordinateListing read(List<NodeMonitor> monitors, Homes homes) {
        List<Found> found = new ArrayList<>();
        Set<NodeIdentity> nodes = new HashSet<>();
        boolean complete = true;
        for (NodeMonitor monitor : monitors) {
            try {
                NodeMonitor.Scanned scanned = monitor.scanWithIdentity();
                PreparedList list = scanned.list();
                NodeIdentity identity = scanned.identity();
                complete &= !list.cut() && homes.isAlone(monitor.link()) && identity != null;
                if (identity != null) {
                    nodes.add(identity);
                }
                list.ours().stream()
                        .filter(b -> b.gid().manager() != null)
                        .forEach(b -> found.add(
                                new Found(monitor, b, monitor.sightings().incarnationOf(b))));
            } catch (SQLException | RuntimeException e) {
                complete = false;
            }
        }
        return new SubordinateListing(found, nodes, complete);
    }

    /**
     * Checks that every node of a transaction has listed its branches. A row that does not name a branch leaves it in
     * doubt, and is deleted before that branch has ended. A branch of an earlier release does not show its nodes.
     *
     * @param some its branches
     * @param kind what its manager wants
     * @throws SQLException if one is not known, or that could not be found out: nothing may be decided
     */
    void refuseUnlessAllAreKnown(List<Found> some, Decision.Kind kind) throws SQLException {
        Roster roster = roster(some);
        List<String> missing = roster.without(nodes);
        if (missing.isEmpty()) {
            return;
        }
        String why = NOT_KNOWN.formatted(roster.nodes().size(), String.join(" or ", missing));
        boolean isNew = false;
        for (Found found : some) {
            isNew |= found.monitor().sightings().refused(found.gid(), why);
        }
        if (isNew) {
            LOG.error(
                    LogMessages.NOT_ALL_NODES,
                    some.get(0).gid().transaction(),
                    kind == Decision.Kind.COMMIT ? "committed" : "rolled back",
                    why);
        }
        throw new SQLException(why);
    }

    /** {@return the nodes of a transaction, as its branches show them} */
    private static Roster roster(List<Found> some) throws SQLException {
        Roster all = Roster.NONE;
        boolean any = false;
        for (Found found : some) {
            Roster one = found.monitor().link().use(Rosters::read).get(found.gid());
            any |= one != null;
            all = one == null ? all : all.and(one);
        }
        if (!any) {
            throw new SQLException("no branch is prepared any more");
        }
        return all;
    }
}
