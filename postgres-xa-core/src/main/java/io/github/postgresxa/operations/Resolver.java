package io.github.postgresxa.operations;

import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.DecisionRow;
import io.github.postgresxa.decision.Fence;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.log.Wording;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.operations.Resolution.BranchResult;
import io.github.postgresxa.recovery.Finisher;
import io.github.postgresxa.recovery.PreparedBranch;
import io.github.postgresxa.recovery.PreparedList;
import io.github.postgresxa.recovery.Verdict;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles one transaction on an operator's order. As in the protocol, the decision comes first and is durable before any branch obeys it; only with force a
 * branch is finished against a decision, or where none can be written.
 */
final class Resolver {

    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

    private final Explainer explainer;
    private final DecisionLog decisions;

    Resolver(Explainer explainer, DecisionLog decisions) {
        this.explainer = explainer;
        this.decisions = decisions;
    }

    Resolution resolve(Resolve order) {
        Case found = explainer.look(order.transaction());
        try {
            check(order, found);
            boolean forced = ownBranches(order, found) | decide(order, found);
            Resolution done = new Resolution(
                    order.transaction(), order.action(), found.state(), forced, finish(order.action(), found));
            LOG.warn(
                    Wording.SETTLED_BY_HAND,
                    order.who(),
                    order.transaction(),
                    order.action(),
                    forced ? ", FORCED" : "",
                    found.state(),
                    done.branches(),
                    order.reason());
            return done;
        } catch (RefusedException refused) {
            LOG.warn(
                    Wording.REFUSED,
                    order.who(),
                    order.action(),
                    order.transaction(),
                    refused.getMessage(),
                    order.reason());
            throw refused;
        }
    }

    private static void check(Resolve order, Case found) {
        if (!found.hasBranches()) {
            throw new RefusedException(
                    found.unreachable().isEmpty()
                            ? "Nothing of transaction %s is prepared on any of these nodes (decision: %s); there is nothing to settle."
                                    .formatted(order.transaction(), found.state())
                            : "Nothing of transaction %s is prepared on the nodes that answer; these do not: %s."
                                    .formatted(order.transaction(), found.unreachable()));
        }
        if (found.state() != order.expected()) {
            throw new RefusedException(
                    "The decision of transaction %s is %s by now, not %s as expected; nothing was done. Look again, then order what fits."
                            .formatted(order.transaction(), found.state(), order.expected()));
        }
    }

    /** {@return whether it took force} */
    private static boolean ownBranches(Resolve order, Case found) {
        if (found.branches().map(b -> b.gid().home()).distinct().count() > 1) {
            return onlyForced(
                    order,
                    "The branches of transaction %s name different homes, so they were not all prepared by us."
                            .formatted(order.transaction()));
        }
        return found.sightings().values().stream().anyMatch(Sighting::mayBeCopy)
                && onlyForced(
                        order,
                        "A branch of transaction %s carries the name of another database than the one that holds it, which may be a copy; the decision is the original's business."
                                .formatted(order.transaction()));
    }

    /** {@return whether it took force} */
    private boolean decide(Resolve order, Case found) {
        State wanted = order.action() == Action.COMMIT ? State.COMMIT : State.ROLLBACK;
        if (found.state() == wanted) {
            if (wanted == State.ROLLBACK) {
                return false;
            }
            return !allNamed(makeSafe(order, found), found)
                    && onlyForced(
                            order,
                            "Decision C of transaction %s does not name every branch that is prepared, so it is no permission to commit them."
                                    .formatted(order.transaction()));
        }
        return switch (found.state()) {
            case COMMIT, ROLLBACK ->
                onlyForced(
                        order,
                        "The durable decision of transaction %s is %s. To %s its branches contradicts it, and the nodes would disagree for ever."
                                .formatted(order.transaction(), found.state(), verb(order.action())));
            case UNKNOWN ->
                onlyForced(
                        order,
                        found.unreadable() != null
                                ? "At '%s' %s.".formatted(found.homeName(), found.unreadable())
                                : "The home '%s' of transaction %s %s, and only the home knows the decision. When one home answers, recovery settles it."
                                        .formatted(found.homeName(), order.transaction(), found.noHome()));
            case NONE ->
                order.action() == Action.ROLLBACK
                        ? mayBeForgotten(order, found) | fence(order, found)
                        : record(order, found);
        };
    }

    /** A decision that was seen may not have reached the synchronous standby: no branch obeys it before. */
    private Decision makeSafe(Resolve order, Case found) {
        Optional<Decision> row = atHome(order, found, (wire, home) -> {
            DecisionRow stands =
                    decisions.confirm(wire, home, List.of(order.transaction())).get(order.transaction());
            return stands == null ? Optional.empty() : Optional.of(stands.read());
        });
        return row.filter(d -> d.verb() == Decision.Verb.COMMIT)
                .orElseThrow(() -> new RefusedException(
                        "Decision C of transaction %s does not stand any more; nothing was done. Look again."
                                .formatted(order.transaction())));
    }

    private static boolean allNamed(Decision row, Case found) {
        return found.branches().allMatch(b -> row.names(b.gid().branch()));
    }

    private static boolean onlyForced(Resolve order, String why) {
        if (!order.force()) {
            throw new RefusedException(why + " If you know better, order it again with force.");
        }
        return true;
    }

    /** A restore brought the branch back: its decision may have been deleted since, and recovery would not touch it either. */
    private boolean mayBeForgotten(Resolve order, Case found) {
        return atHome(
                        order,
                        found,
                        (wire, home) -> found.mayBeForgotten(decisions.marks(wire, home, found.identities())))
                && onlyForced(
                        order,
                        "A server that holds a branch of transaction %s went back in time (a restored disk or backup), and the decision may be deleted since: it may have been committed long ago. Compare the data first."
                                .formatted(order.transaction()));
    }

    /** A row C is deleted only after its branches have gone. */
    private static boolean isStillPrepared(Case found) throws SQLException {
        for (Map.Entry<Node, Sighting> seen : found.sightings().entrySet()) {
            for (PreparedBranch branch : seen.getValue().branches()) {
                if (PreparedList.lists(seen.getKey(), branch.gid())) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Recovery does the same: after it no coordinator can commit any more. */
    private boolean fence(Resolve order, Case found) {
        Optional<Decision> standing = atHome(
                order,
                found,
                (wire, home) -> decisions
                        .fences()
                        .write(
                                wire,
                                order.transaction(),
                                home,
                                found.managerDecides() ? participants(found) : List.of(),
                                found.identities(),
                                written -> isStillPrepared(found)
                                        && (order.force() || !found.mayBeForgotten(written.marks())))
                        .map(Fence::standing));
        if (standing.isEmpty()) {
            throw new RefusedException(
                    "Somebody has finished transaction %s at this very moment; nothing was done. Look again."
                            .formatted(order.transaction()));
        }
        if (standing.get().verb() != Decision.Verb.ABORT) {
            throw new RefusedException("Transaction %s was committed at this very moment; nothing was done. Look again."
                    .formatted(order.transaction()));
        }
        return false;
    }

    /** Only a transaction manager may have decided to commit without a row: it is written now, in its place. */
    private boolean record(Resolve order, Case found) {
        if (!found.managerDecides()) {
            return onlyForced(
                    order,
                    "No decision stands for transaction %s, so its home has not committed. To commit the other branches would make it partial."
                            .formatted(order.transaction()));
        }
        // Where it is forced, the row stands all the same: a manager that would presume the abort later meets it.
        boolean forced = !found.unreachable().isEmpty()
                && onlyForced(
                        order,
                        "These nodes do not answer, and may hold branches that the decision has to name: %s."
                                .formatted(found.unreachable()));
        Decision standing = atHome(
                order, found, (wire, home) -> decisions.record(wire, order.transaction(), home, participants(found)));
        if (standing.verb() != Decision.Verb.COMMIT) {
            throw new RefusedException(
                    "Transaction %s was rolled back at this very moment; nothing was done. Look again."
                            .formatted(order.transaction()));
        }
        return forced;
    }

    private static List<Participant> participants(Case found) {
        List<Participant> participants = new ArrayList<>();
        found.sightings()
                .values()
                .forEach(s -> s.branches()
                        .forEach(b -> participants.add(new Participant(
                                b.gid().branch(), b.xid(), s.facts().incarnation()))));
        return participants;
    }

    private interface Use<T> {
        T with(Wire wire, NodeIdentity home) throws SQLException;
    }

    private static <T> T atHome(Resolve order, Case found, Use<T> use) {
        Node home = found.homeNode().orElseThrow();
        try (Wire wire = home.connectForRecovery()) {
            return use.with(
                    wire, Objects.requireNonNull(found.sightings().get(home)).identity());
        } catch (SQLException e) {
            throw new RefusedException(
                    "The decision of transaction %s could not be read or written at '%s': %s No branch was touched. Look again: it may stand nevertheless."
                            .formatted(order.transaction(), home.name(), Fleet.sentence(e)));
        }
    }

    private static List<BranchResult> finish(Action action, Case found) {
        Verdict verdict = action == Action.COMMIT ? Verdict.COMMIT : Verdict.ROLLBACK;
        List<BranchResult> results = new ArrayList<>();
        for (Map.Entry<Node, Sighting> seen : found.sightings().entrySet()) {
            for (PreparedBranch branch : seen.getValue().branches()) {
                results.add(finish(seen.getKey(), branch, verdict));
            }
        }
        return results;
    }

    private static BranchResult finish(Node node, PreparedBranch branch, Verdict verdict) {
        String gid = branch.gid().text();
        try (Wire wire = node.connectForRecovery()) {
            return switch (Finisher.finish(wire, branch, verdict)) {
                case FINISHED ->
                    new BranchResult(node.name(), gid, true, verdict == Verdict.COMMIT ? "committed" : "rolled back");
                case GONE -> new BranchResult(node.name(), gid, true, "somebody else was faster");
                case BUSY -> new BranchResult(node.name(), gid, false, "somebody else is finishing it at this moment");
            };
        } catch (SQLException e) {
            return new BranchResult(
                    node.name(), gid, false, "still prepared, or its end unknown: " + Fleet.sentence(e));
        }
    }

    private static String verb(Action action) {
        return action == Action.COMMIT ? "commit" : "roll back";
    }
}
