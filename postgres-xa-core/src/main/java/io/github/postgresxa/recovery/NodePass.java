package io.github.postgresxa.recovery;

import io.github.postgresxa.InDoubtBranch;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.NodeIdentity;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pass over what is prepared on one node. It stops for nobody: a home that does not answer, or one bad branch, is a line in the
 * report, and the next one gets its turn.
 */
final class NodePass {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final NodeWatch watch;
    private final Homes homes;
    private final DecisionLog decisions;
    private final Duration grace;
    private final Duration patience;
    private final Contradictions contradictions;
    private final ReturnedBranches returned;
    private final XaListener listener;
    private final Tally tally;
    private final List<InDoubtBranch> doubts = new ArrayList<>();

    /**
     * @param grace how long a branch without a row is left to its coordinator
     * @param patience how long a branch with a row is left to its coordinator: it is probably finishing it at this moment
     */
    NodePass(
            NodeWatch watch,
            Homes homes,
            DecisionLog decisions,
            Duration grace,
            Duration patience,
            Contradictions contradictions,
            ReturnedBranches returned,
            XaListener listener,
            Tally tally) {
        this.watch = watch;
        this.homes = homes;
        this.decisions = decisions;
        this.grace = grace;
        this.patience = patience;
        this.contradictions = contradictions;
        this.returned = returned;
        this.listener = listener;
        this.tally = tally;
    }

    /** First the list, then the homes' rows: what is judged was prepared before its home was asked. */
    void run(boolean act) {
        String node = watch.link().node().name();
        PreparedList list;
        try {
            list = watch.look();
        } catch (SQLException e) {
            tally.problem("node '%s' did not answer: %s".formatted(node, e.getMessage()));
            return;
        }
        if (!act) {
            list.ours().stream()
                    .filter(b -> watch.seenFor(b.gid()).compareTo(grace) >= 0)
                    .forEach(b -> doubt(b, "recovery is switched off in this process"));
        } else {
            byHome(list.ours()).forEach(this::settle);
            watch.putBack(contradictions.look(watch.link(), watch.takeVanished()));
        }
        watch.doubts(doubts);
    }

    /** Homes that answered last time come first, so that those that do not hold nobody up. */
    private Map<NodeIdentity, List<PreparedBranch>> byHome(List<PreparedBranch> branches) {
        Map<NodeIdentity, List<PreparedBranch>> answering = new LinkedHashMap<>();
        Map<NodeIdentity, List<PreparedBranch>> others = new LinkedHashMap<>();
        for (PreparedBranch branch : branches) {
            NodeIdentity home = branch.gid().home();
            (homes.answered(home) ? answering : others)
                    .computeIfAbsent(home, h -> new ArrayList<>())
                    .add(branch);
        }
        answering.putAll(others);
        return answering;
    }

    private void settle(NodeIdentity homeIdentity, List<PreparedBranch> branches) {
        NodeLink home = homes.find(homeIdentity);
        if (home == null) {
            branches.forEach(b ->
                    doubt(b, "no configured node has the identity of its home, or that node has not answered yet"));
            return;
        }
        try {
            Map<TransactionId, Decision> rows = rows(home, homeIdentity, branches);
            for (PreparedBranch branch : branches) {
                settle(home, branch, rows.get(branch.gid().transaction()));
            }
        } catch (SQLException e) {
            branches.forEach(b -> doubt(
                    b, "its home '%s' does not answer".formatted(home.node().name())));
        }
    }

    private Map<TransactionId, Decision> rows(NodeLink home, NodeIdentity identity, List<PreparedBranch> branches)
            throws SQLException {
        Set<TransactionId> ids = new HashSet<>();
        branches.forEach(b -> ids.add(b.gid().transaction()));
        DecisionLog.Look look = home.use(c -> decisions.look(c, identity, ids));
        Map<TransactionId, Decision> found = look.rows();
        branches.forEach(b -> watch.asked(b.gid(), found.containsKey(b.gid().transaction()), look.markBefore()));
        boolean anyCommit = found.values().stream().anyMatch(d -> d.verb() == Decision.Verb.COMMIT);
        return anyCommit ? home.use(c -> decisions.confirm(c, identity, ids)) : found;
    }

    private void settle(NodeLink home, PreparedBranch branch, @Nullable Decision row) {
        Gid gid = branch.gid();
        Duration seenFor = watch.seenFor(gid);
        if (!gid.branch().equals(watch.link().identity())) {
            doubt(branch, "its name belongs to another database; this one may be a copy");
            return;
        }
        try {
            Verdict verdict = RecoveryRules.judge(gid, row, seenFor, grace);
            if (verdict == Verdict.FENCE && returned.mayHaveBeenForgotten(watch, home, gid)) {
                watch.asked(gid, true, ""); // Whoever decides it by hand knows better than we do.
                doubt(
                        branch,
                        "its node has failed over or was restored, and it is older than decisions are kept: that it has none may mean that it was"
                                + " committed long ago. Compare the data and finish it by hand");
                return;
            }
            if (verdict == Verdict.FENCE) {
                Decision standing = home.use(c -> decisions.fence(c, gid.transaction(), gid.home(), List.of()))
                        .standing();
                LOG.info(
                        "transaction {}: no decision at '{}' for {} ms; fenced, {} stands",
                        gid.transaction(),
                        home.node().name(),
                        seenFor.toMillis(),
                        standing.verb());
                verdict = RecoveryRules.obey(gid, standing);
            }
            carryOut(branch, verdict, seenFor);
        } catch (SQLException e) {
            tally.problem(
                    "branch %s on '%s': %s".formatted(gid, watch.link().node().name(), e.getMessage()));
            doubt(branch, "it could not be settled: " + e.getMessage());
        }
    }

    private void carryOut(PreparedBranch branch, Verdict verdict, Duration seenFor) throws SQLException {
        switch (verdict) {
            case COMMIT, ROLLBACK -> {
                if (seenFor.compareTo(patience) < 0) {
                    tally.left();
                } else {
                    finish(branch, verdict);
                }
            }
            case LEAVE, FENCE -> {
                tally.left();
                if (seenFor.compareTo(grace) >= 0) {
                    doubt(branch, "another resource takes part and the transaction manager has not decided yet");
                }
            }
            case IN_DOUBT -> doubt(branch, "its home's decision C does not name this branch");
        }
    }

    private void finish(PreparedBranch branch, Verdict verdict) throws SQLException {
        Finisher.Result result = watch.link().use(c -> Finisher.finish(c, branch, verdict));
        if (result != Finisher.Result.FINISHED) {
            tally.left();
            if (result == Finisher.Result.GONE) {
                watch.gone(branch.gid());
            }
            return;
        }
        watch.finished(branch.gid());
        boolean commit = verdict == Verdict.COMMIT;
        if (commit) {
            tally.committed();
        } else {
            tally.rolledBack();
        }
        String node = watch.link().node().name();
        LOG.info(
                "transaction {}: recovery {} its branch on '{}'",
                branch.gid().transaction(),
                commit ? "committed" : "rolled back",
                node);
        listener.recovered(node, branch.gid().transaction(), commit ? Outcome.COMMITTED : Outcome.ROLLED_BACK);
    }

    private void doubt(PreparedBranch branch, String reason) {
        tally.inDoubt();
        doubts.add(new InDoubtBranch(
                watch.link().node().name(),
                branch.gid().text(),
                branch.gid().transaction(),
                homes.name(branch.gid().home()),
                branch.age(),
                reason + "; recovery looks again"));
    }
}
