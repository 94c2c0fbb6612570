package io.github.postgresxa.operations;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.DecisionRow;
import io.github.postgresxa.decision.Fence;
import io.github.postgresxa.decision.ParticipantMarks;
import io.github.postgresxa.decision.UnconfirmedCommitException;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.gid.Xid8;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.operations.Resolution.BranchResult;
import io.github.postgresxa.operations.SettlementRules.Evidence;
import io.github.postgresxa.operations.SettlementRules.Ruling;
import io.github.postgresxa.prepared.BranchFinisher;
import io.github.postgresxa.prepared.PreparedBranch;
import io.github.postgresxa.prepared.PreparedList;
import io.github.postgresxa.prepared.Verdict;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what {@link SettlementRules} allow. As in the protocol, the decision comes first and is durable before
 * any branch obeys it. Only with force, a branch is finished against a decision, or if none can be written.
 */
final class Settler {

    /**
     * Represents branches that are not seen: on nodes that do not answer, or still to come. No database has this
     * identity, so it is never verified and the row stays.
     */
    private static final Participant UNSEEN =
            new Participant(new NodeIdentity("0000000000000000"), Xid8.UNKNOWN, Participant.UNKNOWN_INCARNATION);

    private static final String SETTLED =
            " But the rollback stands in the log of its transaction manager, and recovery carries it out.";

    private final DecisionLog decisions;
    private final Wires wires;
    private final ManagersWord managers;

    Settler(DecisionLog decisions, Wires wires) {
        this.decisions = decisions;
        this.wires = wires;
        this.managers = new ManagersWord(decisions.managers(), wires);
    }

    /**
     * Judges an order.
     *
     * @throws RefusedException if it may not be carried out, or needs force and has none
     */
    Ruling judge(ResolveRequest request, TransactionSnapshot found, OpenWork open, Duration leastAge) {
        return SettlementRules.judge(request, found, new Evidence(marks(request, found), open, leastAge));
    }

    /** {@return the home's marks, where a missing row may be a deleted one} */
    private @Nullable ParticipantMarks marks(ResolveRequest request, TransactionSnapshot found) {
        return found.state() == DecisionState.NONE && found.hasBranches()
                ? atHome(request, found, (wire, home) -> decisions.marks(wire, home, found.identities()))
                : null;
    }

    /**
     * Does what comes before the branches end.
     *
     * @throws RefusedException if that was not done; no branch was touched
     * @throws UnknownDecisionException if that is not known; no branch was touched
     */
    void decide(ResolveRequest request, TransactionSnapshot found, Ruling ruling) {
        switch (ruling.step()) {
            case OBEY_COMMIT -> makeSafe(request, found, ruling);
            case OBEY_ROLLBACK -> makeSafe(request, found, Decision.Kind.ABORT);
            case FENCE -> fence(request, found, ruling);
            case RECORD -> record(request, found, ruling);
            case NONE -> {
                // Force has to be enough.
            }
        }
    }

    private void makeSafe(ResolveRequest request, TransactionSnapshot found, Ruling ruling) {
        Decision commit = makeSafe(request, found, Decision.Kind.COMMIT);
        if (!ruling.forced() && !SettlementRules.allNamed(commit, found)) {
            throw new RefusedException(SettlementRules.notNamed(request) + " Nothing was done. Look again.");
        }
    }

    /**
     * Makes a decision safe that was seen, but may not have reached the synchronous standby: no branch obeys it before.
     * An A without a transaction manager needs no standby, as in recovery: if a failover loses it, it has ended the
     * home's transaction, too, which alone could commit. So a standby that is gone keeps no branch from its rollback.
     */
    private Decision makeSafe(ResolveRequest request, TransactionSnapshot found, Decision.Kind kind) {
        boolean mayBeContradicted = kind == Decision.Kind.COMMIT || found.managerDecides();
        List<TransactionId> id = List.of(request.transaction());
        Optional<Decision> row = atHome(request, found, (wire, home) -> {
            DecisionRow stands = (mayBeContradicted
                            ? decisions.confirm(wire, home, id)
                            : decisions.read(wire, home, id).rows())
                    .get(request.transaction());
            return stands == null ? Optional.empty() : Optional.of(stands.read());
        });
        return row.filter(d -> d.kind() == kind)
                .orElseThrow(() -> new RefusedException(
                        "Decision %s of transaction %s does not stand any more; nothing was done. Look again."
                                .formatted(kind == Decision.Kind.COMMIT ? "C" : "A", request.transaction())));
    }

    /** Whether a branch is still prepared: a row C is deleted only after its branches are gone. */
    boolean isStillPrepared(TransactionSnapshot found) throws SQLException {
        return stillPrepared(found) > 0;
    }

    /** Whether all are: one that is gone may have obeyed a row A that is deleted since. */
    private boolean areAllStillPrepared(TransactionSnapshot found) throws SQLException {
        return stillPrepared(found) == found.branches().count();
    }

    private long stillPrepared(TransactionSnapshot found) throws SQLException {
        long count = 0;
        for (Map.Entry<Node, NodeSnapshot> seen : found.sightings().entrySet()) {
            List<Gid> gids =
                    seen.getValue().branches().stream().map(PreparedBranch::gid).toList();
            if (!gids.isEmpty()) {
                count += wires.branches(seen.getKey(), c -> PreparedList.listed(c, gids))
                        .size();
            }
        }
        return count;
    }

    /**
     * Writes A, as recovery does: after it no coordinator can commit any more. Nor can a transaction manager, as long
     * as the row exists.
     */
    private void fence(ResolveRequest request, TransactionSnapshot found, Ruling ruling) {
        boolean settled = false;
        if (found.managerDecides()) {
            noneHasCome(request, found);
            settled = managers.agreesWith(request, found, Decision.Kind.ABORT);
        }
        try {
            checkFenced(request, writeFence(request, found, ruling));
        } catch (RefusedException e) {
            throw settled ? new RefusedException(e.getMessage() + SETTLED) : e;
        }
    }

    private Decision writeFence(ResolveRequest request, TransactionSnapshot found, Ruling ruling) {
        return this.<Optional<Decision>>atHome(
                        request,
                        found,
                        (wire, home) -> decisions
                                .fences()
                                .write(
                                        wire,
                                        request.transaction(),
                                        home,
                                        found.managerDecides() ? participants(found, ruling) : List.of(),
                                        found.identities(),
                                        written -> isStillPrepared(found)
                                                && (ruling.forced() || !found.mayBeForgotten(written.marks())))
                                .map(Fence::decision))
                .orElseThrow(() -> finishedMeanwhile(request));
    }

    private static RefusedException finishedMeanwhile(ResolveRequest request) {
        return new RefusedException(
                "Somebody has finished transaction %s at this very moment; nothing was done. Look again."
                        .formatted(request.transaction()));
    }

    static void checkFenced(ResolveRequest request, Decision standing) {
        if (standing.kind() != Decision.Kind.ABORT) {
            throw new RefusedException("Transaction %s was committed at this very moment; nothing was done. Look again."
                    .formatted(request.transaction()));
        }
    }

    /**
     * Writes C. Only a transaction manager may have decided to commit without a row: it is written now, in its place.
     */
    private void record(ResolveRequest request, TransactionSnapshot found, Ruling ruling) {
        noneHasCome(request, found);
        managers.agreesWith(request, found, Decision.Kind.COMMIT);
        Decision standing = atHome(
                        request,
                        found,
                        (wire, home) -> decisions.record(
                                wire,
                                request.transaction(),
                                home,
                                participants(found, ruling),
                                () -> areAllStillPrepared(found)))
                .orElseThrow(() -> finishedMeanwhile(request));
        if (standing.kind() != Decision.Kind.COMMIT) {
            throw new RefusedException(
                    "Transaction %s was rolled back at this very moment; nothing was done. Look again."
                            .formatted(request.transaction()));
        }
    }

    /**
     * Lists the branches once more: one may have come between the first list and the look for {@link OpenWork}. The row
     * would not name it.
     */
    private void noneHasCome(ResolveRequest request, TransactionSnapshot found) {
        Set<Gid> seen = found.branches().map(PreparedBranch::gid).collect(Collectors.toSet());
        for (Node node : found.sightings().keySet()) {
            try {
                if (!wires.branches(node, c -> PreparedList.of(c, request.transaction())).stream()
                        .allMatch(b -> seen.contains(b.gid()))) {
                    throw new RefusedException(
                            "Node '%s' has got a branch of transaction %s meanwhile; nothing was done. Look again."
                                    .formatted(node.name(), request.transaction()));
                }
            } catch (SQLException e) {
                throw new RefusedException(
                        "Node '%s' did not list the branches of transaction %s again: %s Nothing was done. Look again."
                                .formatted(node.name(), request.transaction(), NodeQueries.sentence(e)));
            }
        }
    }

    private static List<Participant> participants(TransactionSnapshot found, Ruling ruling) {
        List<Participant> participants = new ArrayList<>();
        found.sightings()
                .values()
                .forEach(s -> s.branches()
                        .forEach(b -> participants.add(new Participant(
                                b.gid().branch(), b.xid(), s.facts().incarnation()))));
        if (!ruling.complete()) {
            participants.add(UNSEEN);
        }
        return participants;
    }

    private interface Use<T> {
        T with(Wire wire, NodeIdentity home) throws SQLException;
    }

    private <T> T atHome(ResolveRequest request, TransactionSnapshot found, Use<T> use) {
        Node home = found.homeNode().orElseThrow();
        NodeIdentity identity =
                Objects.requireNonNull(found.sightings().get(home)).identity();
        try {
            return wires.decisions(home, wire -> use.with(wire, identity));
        } catch (UnconfirmedCommitException e) {
            throw unknown(request, found, e);
        } catch (SQLException e) {
            throw new RefusedException(
                    ("The decision of transaction %s could not be read or written at '%s': %s. No branch was touched,"
                                    + " and nothing was written. Look again.")
                            .formatted(
                                    request.transaction(),
                                    home.name(),
                                    NodeQueries.sentence(e).replaceFirst("\\.$", "")));
        }
    }

    /** {@return what to throw after a decision was sent and not answered} */
    static UnknownDecisionException unknown(ResolveRequest request, TransactionSnapshot found, Throwable problem) {
        return new UnknownDecisionException(
                ("The decision of transaction %s was sent to '%s', and it is not known whether it is written: %s. No"
                                + " branch was touched.")
                        .formatted(
                                request.transaction(),
                                found.homeName(),
                                NodeQueries.sentence(problem).replaceFirst("\\.$", "")),
                problem);
    }

    /** Finishes one branch. */
    BranchResult finish(Node node, PreparedBranch branch, ResolveAction action) {
        Verdict verdict = action == ResolveAction.COMMIT ? Verdict.COMMIT : Verdict.ROLLBACK;
        String gid = branch.gid().text();
        try {
            return switch (wires.branches(node, wire -> BranchFinisher.finish(wire, branch, verdict))) {
                case FINISHED ->
                    new BranchResult(node.name(), gid, true, verdict == Verdict.COMMIT ? "committed" : "rolled back");
                case GONE -> new BranchResult(node.name(), gid, true, "somebody else was faster");
                case BUSY -> new BranchResult(node.name(), gid, false, "somebody else is finishing it at this moment");
            };
        } catch (SQLException e) {
            return new BranchResult(
                    node.name(), gid, false, "still prepared, or its end unknown: " + NodeQueries.sentence(e));
        }
    }
}
