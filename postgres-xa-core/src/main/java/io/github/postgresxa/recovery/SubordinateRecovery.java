package io.github.postgresxa.recovery;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.DecisionRow;
import io.github.postgresxa.decision.Fence;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.ManagerXid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.prepared.NodeScan;
import io.github.postgresxa.prepared.PreparedList;
import io.github.postgresxa.prepared.RestoredBranchGuard;
import io.github.postgresxa.recovery.SubordinateListing.Found;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * The subordinate case after a crash: what a transaction manager finds when it recovers. It lists transactions whose
 * outcome the manager decides, with the manager's own xids. It lists none that has a row already: those are recovery's.
 */
final class SubordinateRecovery implements NodeScan {

    private static final Xid[] NONE = new Xid[0];

    private final List<NodeMonitor> monitors;
    private final Homes homes;
    private final DecisionLog decisions;
    private final Predicate<Xid> ours;
    private final Runnable wakeRecovery;
    private volatile Set<NodeIdentity> covered = Set.of();

    SubordinateRecovery(
            List<NodeMonitor> monitors,
            Homes homes,
            DecisionLog decisions,
            Predicate<Xid> ours,
            Runnable wakeRecovery) {
        this.ours = ours;
        this.monitors = monitors;
        this.homes = homes;
        this.decisions = decisions;
        this.wakeRecovery = wakeRecovery;
    }

    /**
     * Lists the manager's transactions in doubt. A manager may forget what a scan does not list. So what is left out
     * has a row that no failover can lose, and a scan in which a node did not answer fails as a whole.
     */
    @Override
    public Xid[] recover(int flag) throws XAException {
        if ((flag & TMSTARTRSCAN) == 0) {
            // One scan returns all.
            return NONE;
        }
        covered = Set.of();
        SubordinateListing listing = SubordinateListing.read(monitors, homes);
        if (!listing.complete()) {
            throw new XAException(XAException.XAER_RMFAIL);
        }
        Set<ManagerXid> undecided = new LinkedHashSet<>();
        for (Found found : listing.branches()) {
            ManagerXid xid = found.gid().manager();
            if (xid != null && ours.test(xid) && !decided(found.gid())) {
                undecided.add(xid);
            }
        }
        covered = Set.copyOf(listing.nodes());
        return undecided.toArray(NONE);
    }

    @Override
    public Set<NodeIdentity> covered() {
        return covered;
    }

    private boolean decided(Gid gid) throws XAException {
        NodeLink home = homes.find(gid.home());
        if (home == null) {
            // The manager may ask for it; the answer is then that the home is out of reach.
            return false;
        }
        List<TransactionId> id = List.of(gid.transaction());
        try {
            // A row that cannot be read settles nothing: the manager still asks for the transaction, and is not obeyed
            // against that row.
            boolean row = home.use(c -> decisions.read(c, gid.home(), id)).rows().values().stream()
                    .anyMatch(DecisionRow::isReadable);
            return row && !home.use(c -> decisions.confirm(c, gid.home(), id)).isEmpty();
        } catch (SQLException e) {
            throw notNow(e);
        }
    }

    private static XAException notNow(SQLException why) {
        XAException answer = new XAException(String.valueOf(why.getMessage()));
        answer.errorCode = XAException.XAER_RMFAIL;
        answer.initCause(why);
        return answer;
    }

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        if (onePhase) {
            throw new XAException(XAException.XAER_PROTO);
        }
        settle(xid, Decision.Kind.COMMIT);
    }

    @Override
    public void rollback(Xid xid) throws XAException {
        settle(xid, Decision.Kind.ABORT);
    }

    /**
     * Records the manager's decision at the home. Then recovery carries it out on every node that answers, now or
     * later.
     */
    private void settle(Xid xid, Decision.Kind kind) throws XAException {
        ManagerXid wanted = ManagerXid.of(xid);
        SubordinateListing listing = SubordinateListing.read(monitors, homes);
        if (!listing.complete()) {
            // The row must name every branch, so every node has to answer first.
            throw new XAException(XAException.XAER_RMFAIL);
        }
        List<Found> branches = listing.branches().stream()
                .filter(f -> wanted.equals(f.gid().manager()))
                .toList();
        if (branches.isEmpty()) {
            throw new XAException(XAException.XAER_NOTA);
        }
        Gid first = branches.get(0).gid();
        NodeIdentity homeIdentity = first.home();
        List<Participant> participants = branches.stream()
                .map(f -> new Participant(f.gid().branch(), f.branch().xid(), f.incarnation()))
                .toList();
        try {
            listing.refuseUnlessAllAreKnown(branches, kind);
            NodeLink home = homes.find(homeIdentity);
            if (home == null) {
                throw new SQLException(homes.whyNot(homeIdentity));
            }
            Decision current = home.use(c -> kind == Decision.Kind.COMMIT
                    ? commit(c, branches, participants)
                    : abort(c, branches, participants));
            if (current.kind() != kind) {
                throw new XAException(kind == Decision.Kind.COMMIT ? XAException.XA_HEURRB : XAException.XA_HEURCOM);
            }
        } catch (SQLException e) {
            throw notNow(e);
        }
        wakeRecovery.run();
    }

    private Decision commit(Wire wire, List<Found> branches, List<Participant> participants) throws SQLException {
        Gid first = branches.get(0).gid();
        return decisions
                .record(wire, first.transaction(), first.home(), participants, () -> areStillPrepared(branches))
                .orElseThrow(() -> new SQLException(
                        "somebody has finished a branch of transaction %s at this very moment; its manager asks again"
                                .formatted(first.transaction())));
    }

    private static boolean areStillPrepared(List<Found> branches) throws SQLException {
        Map<Node, List<Gid>> byNode = branches.stream()
                .collect(Collectors.groupingBy(
                        f -> f.monitor().link().node(), Collectors.mapping(Found::gid, Collectors.toList())));
        for (Map.Entry<Node, List<Gid>> its : byNode.entrySet()) {
            if (!PreparedList.listsAll(its.getKey(), its.getValue())) {
                return false;
            }
        }
        return true;
    }

    /**
     * Records a rollback. A manager that has forgotten its commit takes a restored branch for one that it never decided
     * on, and presumes the abort.
     */
    private Decision abort(Wire wire, List<Found> branches, List<Participant> participants) throws SQLException {
        Gid first = branches.get(0).gid();
        List<NodeIdentity> asked =
                participants.stream().map(Participant::identity).toList();
        return decisions
                .fences()
                .write(
                        wire,
                        first.transaction(),
                        first.home(),
                        participants,
                        asked,
                        written -> branches.stream()
                                .noneMatch(f -> RestoredBranchGuard.mayHaveBeenForgotten(
                                        f.monitor().link().facts(), f.branch(), written.marks())))
                .map(Fence::decision)
                .orElseThrow(() -> new SQLException("the decision of transaction " + first.transaction()
                        + " may be deleted, and a node went back in time: compare the data, then settle it by hand"));
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
        // Nothing is kept on the manager's behalf.
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
}
