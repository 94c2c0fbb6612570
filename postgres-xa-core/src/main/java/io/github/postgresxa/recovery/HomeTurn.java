package io.github.postgresxa.recovery;

import io.github.postgresxa.InDoubtBranch;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.DecisionRow;
import io.github.postgresxa.decision.Fences;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.prepared.BranchFinisher;
import io.github.postgresxa.prepared.PreparedBranch;
import io.github.postgresxa.prepared.RestoredBranchGuard;
import io.github.postgresxa.prepared.Verdict;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles the branches on one node that have one home. One bad branch is a line in the report, and the next one gets
 * its turn.
 */
final class HomeTurn {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    /** The fence did not get the key in time. */
    private static final String HOME_IS_COMMITTING = "55P03";

    private static final String BUSY =
            "another session has begun to finish it and waits, for example for a synchronous standby that does not"
                    + " answer";

    private final NodeMonitor monitor;
    private final Homes homes;
    private final DecisionLog decisions;
    private final BranchFencing fencing;
    private final Duration grace;
    private final Duration patience;
    private final XaListener listener;
    private final PassCounts counts;
    private final Doubts doubts;
    private boolean again;

    /**
     * Creates a turn.
     *
     * @param grace how long a branch without a row is left to its coordinator
     * @param patience how long a branch with a row is left to its coordinator, which is probably finishing it at this
     *     moment
     */
    HomeTurn(
            NodeMonitor monitor,
            Homes homes,
            DecisionLog decisions,
            Duration grace,
            Duration patience,
            XaListener listener,
            PassCounts counts) {
        this.monitor = monitor;
        this.homes = homes;
        this.decisions = decisions;
        this.fencing = new BranchFencing(monitor.link(), decisions.fences());
        this.grace = grace;
        this.patience = patience;
        this.listener = listener;
        this.counts = counts;
        this.doubts = new Doubts(monitor, homes, counts);
    }

    /** {@return the branches that are in doubt after this turn} */
    List<InDoubtBranch> doubts() {
        return doubts.found();
    }

    /** {@return whether something is left that can probably be settled in a moment} */
    boolean again() {
        return again;
    }

    /** Settles nothing: only reports what waits for long. */
    void watchOnly(List<PreparedBranch> branches) {
        branches.stream()
                .filter(b -> monitor.sightings().seenFor(b.gid()).compareTo(grace) >= 0)
                .forEach(b -> doubts.report(b, "recovery is switched off in this process"));
    }

    /** Settles the branches as far as their home answers. */
    void settle(NodeIdentity homeIdentity, List<PreparedBranch> branches) {
        NodeIdentity here = monitor.link().identity();
        // What a copy lists proves nothing.
        if (here == null || !homes.isAlone(monitor.link())) {
            branches.forEach(b ->
                    doubts.reportAndTryAgain(b, "its node is one of two with the same identity, and one is a copy"));
            return;
        }
        NodeLink home = homes.find(homeIdentity);
        if (home == null) {
            branches.forEach(b -> doubts.reportAndTryAgain(b, homes.whyNot(homeIdentity)));
            return;
        }
        try {
            DecisionLog.Survey survey = survey(home, homeIdentity, here, branches);
            List<PreparedBranch> toFence = new ArrayList<>();
            for (PreparedBranch branch : branches) {
                if (settle(home, branch, survey) == Verdict.FENCE) {
                    toFence.add(branch);
                }
            }
            for (int from = 0; from < toFence.size(); from += Fences.TOGETHER) {
                fence(home, homeIdentity, toFence.subList(from, Math.min(from + Fences.TOGETHER, toFence.size())));
            }
        } catch (SQLException | RuntimeException e) {
            branches.forEach(b -> doubts.reportAndTryAgain(
                    b, "its home '%s' does not answer: %s".formatted(home.node().name(), Doubts.reason(e))));
        }
    }

    private DecisionLog.Survey survey(
            NodeLink home, NodeIdentity identity, NodeIdentity here, List<PreparedBranch> branches)
            throws SQLException {
        Set<TransactionId> ids = new HashSet<>();
        branches.forEach(b -> ids.add(b.gid().transaction()));
        DecisionLog.Survey found = home.use(c -> decisions.survey(c, identity, here, ids));
        for (PreparedBranch branch : branches) {
            Gid gid = branch.gid();
            if (found.rows().containsKey(gid.transaction())) {
                monitor.sightings().decided(gid);
            } else {
                monitor.sightings().undecided(gid, found.mark());
            }
        }
        boolean unsafe = branches.stream().anyMatch(b -> mustBeConfirmed(b.gid(), found));
        return unsafe ? found.confirmed(home.use(c -> decisions.confirm(c, identity, ids))) : found;
    }

    /**
     * Whether a failover of the home could lose a row that somebody then decides otherwise. Without a row C nothing is
     * committed, and without a row A a transaction manager may still commit. Without a manager only the home's own
     * transaction can commit, and that does not survive the failover.
     */
    private static boolean mustBeConfirmed(Gid gid, DecisionLog.Survey found) {
        DecisionRow row = found.rows().get(gid.transaction());
        return row != null && (row.isCommit() || gid.manager() != null);
    }

    /** {@return the verdict; all but one to fence are carried out} */
    private Verdict settle(NodeLink home, PreparedBranch branch, DecisionLog.Survey survey) {
        DecisionRow row = survey.rows().get(branch.gid().transaction());
        boolean abandoned = row == null && monitor.sightings().abandoned(branch.gid(), survey.open());
        Gid gid = branch.gid();
        Duration quietFor = monitor.sightings().quietFor(gid, survey.signsOf(gid.transaction()));
        if (!gid.branch().equals(monitor.link().identity())) {
            doubts.reportAndTryAgain(branch, "its name belongs to another database; this one may be a copy");
            return Verdict.IN_DOUBT;
        }
        try {
            Decision decision = row == null ? null : row.read();
            Verdict verdict = RecoveryRules.judge(gid, decision, quietFor, grace, abandoned);
            if (verdict != Verdict.FENCE) {
                carryOut(branch, verdict);
            } else if (RestoredBranchGuard.mayHaveBeenForgotten(monitor.link().facts(), branch, survey.marks())) {
                returned(home, branch);
                return Verdict.IN_DOUBT;
            }
            return verdict;
        } catch (SQLException | RuntimeException e) {
            doubts.unsettled(branch, e);
            return Verdict.IN_DOUBT;
        }
    }

    private void returned(NodeLink home, PreparedBranch branch) {
        Gid gid = branch.gid();
        // A person who decides it by hand knows better than we do.
        monitor.sightings().decided(gid);
        if (monitor.sightings().isNewlyReturned(gid)) {
            LOG.error(
                    LogMessages.RETURNED,
                    monitor.link().node().name(),
                    gid.transaction(),
                    home.node().name());
        }
        doubts.report(
                branch,
                "its node went back in time (a restored disk or backup), and its decision may be deleted since:"
                        + " it may have been committed long ago. Compare the data and finish it by hand");
    }

    /** Fences all together if possible, else each alone: then one that fails does not affect the others. */
    private void fence(NodeLink home, NodeIdentity identity, List<PreparedBranch> branches) {
        Map<TransactionId, Decision> together = fencing.together(home, identity, branches);
        for (PreparedBranch branch : branches) {
            Gid gid = branch.gid();
            try {
                Decision current = together.get(gid.transaction());
                if (current == null) {
                    current = fencing.alone(home, branch);
                }
                if (current == null) {
                    counts.left();
                    monitor.sightings().gone(gid);
                    continue;
                }
                LOG.info(
                        LogMessages.FENCED,
                        gid.transaction(),
                        home.node().name(),
                        monitor.sightings().seenFor(gid).toMillis(),
                        current.kind());
                if (current.kind() == Decision.Kind.ABORT) {
                    listener.fenced(gid.transaction(), home.node().name());
                }
                carryOut(branch, RecoveryRules.obey(gid, current));
            } catch (SQLException e) {
                if (HOME_IS_COMMITTING.equals(e.getSQLState())) {
                    monitor.sightings().alive(gid);
                    counts.left();
                    doubts.reportIfSlow(
                            branch,
                            "its home '%s' is committing it"
                                    .formatted(home.node().name()));
                } else {
                    doubts.unsettled(branch, e);
                }
            } catch (RuntimeException e) {
                doubts.unsettled(branch, e);
            }
        }
    }

    private void carryOut(PreparedBranch branch, Verdict verdict) throws SQLException {
        Duration seenFor = monitor.sightings().seenFor(branch.gid());
        switch (verdict) {
            case COMMIT, ROLLBACK -> {
                if (seenFor.compareTo(patience) < 0) {
                    counts.left();
                    again = true;
                } else {
                    finish(branch, verdict);
                }
            }
            case LEAVE, FENCE -> {
                counts.left();
                boolean ours = branch.gid().manager() == null;
                boolean young = seenFor.compareTo(grace) < 0;
                String refusal = monitor.sightings().refusalOf(branch.gid());
                again |= ours && young;
                if (refusal != null) {
                    doubts.report(branch, refusal);
                } else if (ours) {
                    doubts.reportIfSlow(branch, "its coordinator is still preparing its other branches");
                } else if (!young) {
                    doubts.reportAndTryAgain(
                            branch, "another resource takes part and the transaction manager has not decided yet");
                }
            }
            case IN_DOUBT -> doubts.reportAndTryAgain(branch, "its home's decision C does not name this branch");
        }
    }

    private void finish(PreparedBranch branch, Verdict verdict) throws SQLException {
        BranchFinisher.Result result = monitor.link().use(c -> BranchFinisher.finish(c, branch, verdict));
        if (result != BranchFinisher.Result.FINISHED) {
            counts.left();
            if (result == BranchFinisher.Result.GONE) {
                monitor.sightings().gone(branch.gid());
            } else {
                doubts.reportIfSlow(branch, BUSY);
            }
            return;
        }
        monitor.sightings().finished(branch.gid());
        boolean commit = verdict == Verdict.COMMIT;
        if (commit) {
            counts.committed();
        } else {
            counts.rolledBack();
        }
        String node = monitor.link().node().name();
        LOG.info(LogMessages.RECOVERED, branch.gid().transaction(), commit ? "committed" : "rolled back", node);
        listener.recovered(branch.gid().transaction(), node, commit ? Outcome.COMMITTED : Outcome.ROLLED_BACK);
    }
}
