package io.github.postgresxa.operations;

import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.DecisionRow;
import io.github.postgresxa.decision.Fence;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.gid.Xid8;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.operations.Resolution.BranchResult;
import io.github.postgresxa.prepared.BranchFinisher;
import io.github.postgresxa.prepared.PreparedBranch;
import io.github.postgresxa.prepared.PreparedList;
import io.github.postgresxa.prepared.Verdict;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles one transaction on an operator's order. As in the protocol, the decision comes first and is durable before
 * any branch obeys it. Only with force, a branch is finished against a decision, or if none can be written.
 */
final class Resolver {

    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

    /**
     * Represents branches on nodes that do not answer. No database has this identity, so it is never verified and the
     * row stays.
     */
    private static final Participant UNSEEN =
            new Participant(new NodeIdentity("0000000000000000"), Xid8.UNKNOWN, Participant.UNKNOWN_INCARNATION);

    private final Explainer explainer;
    private final DecisionLog decisions;

    Resolver(Explainer explainer, DecisionLog decisions) {
        this.explainer = explainer;
        this.decisions = decisions;
    }

    Resolution resolve(ResolveRequest request) {
        TransactionSnapshot found = explainer.snapshot(request.transaction());
        try {
            check(request, found);
            boolean forced = ownBranches(request, found) | decide(request, found);
            Resolution done = new Resolution(
                    request.transaction(), request.action(), found.state(), forced, finish(request.action(), found));
            LOG.warn(
                    LogMessages.SETTLED_BY_HAND,
                    request.requestedBy(),
                    request.transaction(),
                    request.action(),
                    forced ? ", FORCED" : "",
                    found.state(),
                    done.branches(),
                    request.reason());
            return done;
        } catch (RefusedException refused) {
            LOG.warn(
                    LogMessages.REFUSED,
                    request.requestedBy(),
                    request.action(),
                    request.transaction(),
                    refused.getMessage(),
                    request.reason());
            throw refused;
        }
    }

    private static void check(ResolveRequest request, TransactionSnapshot found) {
        if (!found.hasBranches()) {
            throw new RefusedException(
                    found.unreachable().isEmpty()
                            ? ("Nothing of transaction %s is prepared on any of these nodes (decision: %s); there is"
                                            + " nothing to settle.")
                                    .formatted(request.transaction(), found.state())
                            : "Nothing of transaction %s is prepared on the nodes that answer; these do not: %s."
                                    .formatted(request.transaction(), found.unreachable()));
        }
        if (found.state() != request.expected()) {
            throw new RefusedException(
                    ("The decision of transaction %s is %s by now, not %s as expected; nothing was done. Look again,"
                                    + " then order what fits.")
                            .formatted(request.transaction(), found.state(), request.expected()));
        }
    }

    /** {@return whether force was needed} */
    private static boolean ownBranches(ResolveRequest request, TransactionSnapshot found) {
        if (found.branches().map(b -> b.gid().home()).distinct().count() > 1) {
            return onlyForced(
                    request,
                    "The branches of transaction %s name different homes, so they were not all prepared by us."
                            .formatted(request.transaction()));
        }
        return found.sightings().values().stream().anyMatch(NodeSnapshot::mayBeCopy)
                && onlyForced(
                        request,
                        ("A branch of transaction %s carries the name of another database than the one that holds it,"
                                        + " which may be a copy; the decision is the original's business.")
                                .formatted(request.transaction()));
    }

    /** {@return whether force was needed} */
    private boolean decide(ResolveRequest request, TransactionSnapshot found) {
        DecisionState wanted = request.action() == ResolveAction.COMMIT ? DecisionState.COMMIT : DecisionState.ROLLBACK;
        if (found.state() == wanted) {
            if (wanted == DecisionState.ROLLBACK) {
                return false;
            }
            return !allNamed(makeSafe(request, found), found)
                    && onlyForced(
                            request,
                            ("Decision C of transaction %s does not name every branch that is prepared, so it is no"
                                            + " permission to commit them.")
                                    .formatted(request.transaction()));
        }
        return switch (found.state()) {
            case COMMIT, ROLLBACK ->
                onlyForced(
                        request,
                        ("The durable decision of transaction %s is %s. To %s its branches contradicts it, and the"
                                        + " nodes would disagree for ever.")
                                .formatted(request.transaction(), found.state(), verb(request.action())));
            case UNKNOWN ->
                onlyForced(
                        request,
                        found.unreadable() != null
                                ? "At '%s' %s.".formatted(found.homeName(), found.unreadable())
                                : ("The home '%s' of transaction %s %s, and only the home knows the decision. When one"
                                                + " home answers, recovery settles it.")
                                        .formatted(found.homeName(), request.transaction(), found.noHome()));
            case NONE ->
                request.action() == ResolveAction.ROLLBACK
                        ? mayBeForgotten(request, found) | fence(request, found)
                        : record(request, found);
        };
    }

    /**
     * Makes a decision safe that was seen, but may not have reached the synchronous standby: no branch obeys it before.
     */
    private Decision makeSafe(ResolveRequest request, TransactionSnapshot found) {
        Optional<Decision> row = atHome(request, found, (wire, home) -> {
            DecisionRow stands = decisions
                    .confirm(wire, home, List.of(request.transaction()))
                    .get(request.transaction());
            return stands == null ? Optional.empty() : Optional.of(stands.read());
        });
        return row.filter(d -> d.kind() == Decision.Kind.COMMIT)
                .orElseThrow(() -> new RefusedException(
                        "Decision C of transaction %s does not stand any more; nothing was done. Look again."
                                .formatted(request.transaction())));
    }

    private static boolean allNamed(Decision row, TransactionSnapshot found) {
        return found.branches().allMatch(b -> row.names(b.gid().branch()));
    }

    private static boolean onlyForced(ResolveRequest request, String why) {
        if (!request.force()) {
            throw new RefusedException(why + " If you know better, order it again with force.");
        }
        return true;
    }

    /**
     * Whether a restore brought the branch back. Its decision may have been deleted since, and recovery would not touch
     * it either.
     */
    private boolean mayBeForgotten(ResolveRequest request, TransactionSnapshot found) {
        return atHome(
                        request,
                        found,
                        (wire, home) -> found.mayBeForgotten(decisions.marks(wire, home, found.identities())))
                && onlyForced(
                        request,
                        ("A server that holds a branch of transaction %s went back in time (a restored disk or"
                                        + " backup), and the decision may be deleted since: it may have been"
                                        + " committed long ago. Compare the data first.")
                                .formatted(request.transaction()));
    }

    /** Whether the branch is still prepared: a row C is deleted only after its branches are gone. */
    private static boolean isStillPrepared(TransactionSnapshot found) throws SQLException {
        for (Map.Entry<Node, NodeSnapshot> seen : found.sightings().entrySet()) {
            for (PreparedBranch branch : seen.getValue().branches()) {
                if (PreparedList.lists(seen.getKey(), branch.gid())) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Writes A, as recovery does: after it no coordinator can commit any more. Nor can a transaction manager, as long
     * as the row exists.
     */
    private boolean fence(ResolveRequest request, TransactionSnapshot found) {
        boolean forced = found.managerDecides() && allNodesAnswerOrForced(request, found);
        Optional<Decision> standing = atHome(
                request,
                found,
                (wire, home) -> decisions
                        .fences()
                        .write(
                                wire,
                                request.transaction(),
                                home,
                                found.managerDecides() ? participants(found) : List.of(),
                                found.identities(),
                                written -> isStillPrepared(found)
                                        && (request.force() || !found.mayBeForgotten(written.marks())))
                        .map(Fence::standing));
        if (standing.isEmpty()) {
            throw new RefusedException(
                    "Somebody has finished transaction %s at this very moment; nothing was done. Look again."
                            .formatted(request.transaction()));
        }
        if (standing.get().kind() != Decision.Kind.ABORT) {
            throw new RefusedException("Transaction %s was committed at this very moment; nothing was done. Look again."
                    .formatted(request.transaction()));
        }
        return forced;
    }

    /**
     * Writes C. Only a transaction manager may have decided to commit without a row: it is written now, in its place.
     */
    private boolean record(ResolveRequest request, TransactionSnapshot found) {
        if (!found.managerDecides()) {
            return onlyForced(
                    request,
                    ("No decision stands for transaction %s, so its home has not committed. To commit the other"
                                    + " branches would make it partial.")
                            .formatted(request.transaction()));
        }
        // If it is forced, the row exists anyway: a manager that would presume the abort later meets it.
        boolean forced = allNodesAnswerOrForced(request, found);
        Decision standing = atHome(
                request,
                found,
                (wire, home) -> decisions.record(wire, request.transaction(), home, participants(found)));
        if (standing.kind() != Decision.Kind.COMMIT) {
            throw new RefusedException(
                    "Transaction %s was rolled back at this very moment; nothing was done. Look again."
                            .formatted(request.transaction()));
        }
        return forced;
    }

    /**
     * Checks that the row can name every branch. Without that, it may be deleted before the missing node comes back,
     * and the manager may then decide the other way.
     *
     * @return whether force was needed
     */
    private static boolean allNodesAnswerOrForced(ResolveRequest request, TransactionSnapshot found) {
        return !found.unreachable().isEmpty()
                && onlyForced(
                        request,
                        ("These nodes do not answer, and may hold branches that the decision has to name: %s. Without"
                                        + " them the transaction may end differently there. With force the row of"
                                        + " the decision stays at the home until you delete it.")
                                .formatted(found.unreachable()));
    }

    private static List<Participant> participants(TransactionSnapshot found) {
        List<Participant> participants = new ArrayList<>();
        found.sightings()
                .values()
                .forEach(s -> s.branches()
                        .forEach(b -> participants.add(new Participant(
                                b.gid().branch(), b.xid(), s.facts().incarnation()))));
        if (!found.unreachable().isEmpty()) {
            participants.add(UNSEEN);
        }
        return participants;
    }

    private interface Use<T> {
        T with(Wire wire, NodeIdentity home) throws SQLException;
    }

    private static <T> T atHome(ResolveRequest request, TransactionSnapshot found, Use<T> use) {
        Node home = found.homeNode().orElseThrow();
        try (Wire wire = home.connectForRecovery()) {
            return use.with(
                    wire, Objects.requireNonNull(found.sightings().get(home)).identity());
        } catch (SQLException e) {
            throw new RefusedException(
                    ("The decision of transaction %s could not be read or written at '%s': %s No branch was touched."
                                    + " Look again: it may stand nevertheless.")
                            .formatted(request.transaction(), home.name(), NodeQueries.sentence(e)));
        }
    }

    private static List<BranchResult> finish(ResolveAction action, TransactionSnapshot found) {
        Verdict verdict = action == ResolveAction.COMMIT ? Verdict.COMMIT : Verdict.ROLLBACK;
        List<BranchResult> results = new ArrayList<>();
        for (Map.Entry<Node, NodeSnapshot> seen : found.sightings().entrySet()) {
            for (PreparedBranch branch : seen.getValue().branches()) {
                results.add(finish(seen.getKey(), branch, verdict));
            }
        }
        return results;
    }

    private static BranchResult finish(Node node, PreparedBranch branch, Verdict verdict) {
        String gid = branch.gid().text();
        try (Wire wire = node.connectForRecovery()) {
            return switch (BranchFinisher.finish(wire, branch, verdict)) {
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

    private static String verb(ResolveAction action) {
        return action == ResolveAction.COMMIT ? "commit" : "roll back";
    }
}
