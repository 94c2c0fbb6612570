package io.github.postgresxa.operations;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.prepared.PreparedBranch;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Queries all nodes for one transaction, and explains the answers in sentences. Changes nothing. */
final class Explainer {

    private final OperationsContext context;

    Explainer(OperationsContext context) {
        this.context = context;
    }

    TransactionSnapshot snapshot(TransactionId id) {
        NodeQueries.Answers<NodeSnapshot> seen = context.queries()
                .ask((node, wire) -> NodeSnapshot.of(node, wire, context.settings(), context.decisions(), id));
        return new TransactionSnapshot(id, seen.answers(), seen.unreachable());
    }

    Explanation explain(TransactionId id) {
        TransactionSnapshot found = snapshot(id);
        boolean returned = mayBeForgotten(found);
        NodeQueries.Answers<List<BranchExplanation>> details =
                context.queries().ask(found.holders(), (node, wire) -> explain(node, wire, found, returned));
        Map<String, String> unreachable = new LinkedHashMap<>(found.unreachable());
        unreachable.putAll(details.unreachable());
        return new Explanation(
                id,
                found.state(),
                found.homeName(),
                found.homeCandidates(),
                details.answers().values().stream().flatMap(List::stream).toList(),
                unreachable,
                context.records().of(found),
                returned
                        ? "In doubt: it may have been committed long ago, and come back with a restored disk or"
                                + " backup. Recovery does not touch it: compare the data of all nodes, then settle"
                                + " it by hand."
                        : summary(found));
    }

    /** {@return whether a branch came back with a restore, so that a missing decision may be a deleted one} */
    private boolean mayBeForgotten(TransactionSnapshot found) {
        if (found.state() != DecisionState.NONE || !found.hasBranches()) {
            return false;
        }
        return context.queries()
                .ask(
                        found.homeNode().stream().toList(),
                        (node, wire) -> found.mayBeForgotten(context.decisions()
                                .marks(wire, Objects.requireNonNull(found.home()), found.identities())))
                .answers()
                .containsValue(true);
    }

    private static List<BranchExplanation> explain(Node node, Wire wire, TransactionSnapshot found, boolean returned)
            throws SQLException {
        NodeSnapshot snapshot = Objects.requireNonNull(found.sightings().get(node));
        List<BranchExplanation> explained = new ArrayList<>();
        for (PreparedBranch branch : snapshot.branches()) {
            explained.add(explain(node.name(), wire, found, snapshot, branch, returned));
        }
        return explained;
    }

    private static BranchExplanation explain(
            String node,
            Wire wire,
            TransactionSnapshot found,
            NodeSnapshot snapshot,
            PreparedBranch branch,
            boolean returned)
            throws SQLException {
        return BranchView.of(
                wire,
                node,
                new BranchView.Branch(
                        branch.gid().text(),
                        branch.owner(),
                        branch.age(),
                        branch.xid().lowerBits()),
                verdict(found, snapshot, branch, returned));
    }

    private static String verdict(
            TransactionSnapshot found, NodeSnapshot snapshot, PreparedBranch branch, boolean returned) {
        if (!branch.gid().branch().equals(snapshot.identity())) {
            return "nobody's to settle here: its name belongs to another database, of which this one may be a copy";
        }
        return returned
                ? "left to you: a server that holds a branch went back in time (a restored disk or backup), and the"
                        + " decision may be deleted since, so it may have been committed long ago. Compare the data"
                        + " of all nodes first"
                : verdict(found, branch);
    }

    private static String verdict(TransactionSnapshot found, PreparedBranch branch) {
        Decision row = found.row();
        return switch (found.state()) {
            case UNKNOWN ->
                found.unreadable() != null
                        ? "in doubt: " + found.unreadable()
                        : "in doubt: only its home knows the decision, and that ('%s') %s"
                                .formatted(found.homeName(), found.noHome());
            case ROLLBACK -> "will be rolled back: decision A stands at '%s'".formatted(found.homeName());
            case COMMIT ->
                row != null && row.names(branch.gid().branch())
                        ? "will be committed: decision C at '%s' names it".formatted(found.homeName())
                        : "in doubt: decision C at '%s' does not name this branch, so it is no permission"
                                .formatted(found.homeName());
            case NONE ->
                branch.gid().manager() != null
                        ? "waits for a transaction manager: another resource takes part, and only that manager decides"
                        : ("will be fenced and rolled back by recovery, unless its coordinator decides before: no"
                                        + " decision stands at '%s'")
                                .formatted(found.homeName());
        };
    }

    /** A node that is down, and one that was not named, look the same: neither says which identity it has. */
    private static String unknownHome(TransactionSnapshot found) {
        return found.homeCandidates().isEmpty()
                ? ("In doubt: its home has the identity %s, and none of these nodes does. Name the missing node, too:"
                                + " the configuration of the application has them all. Settling it by hand without its"
                                + " home may leave the nodes in disagreement.")
                        .formatted(found.homeName())
                : ("In doubt until its home answers. Its home (identity %s) is none of the nodes that answer. Bring"
                                + " back what does not: %s; then recovery settles it. If that is not the home, name"
                                + " the missing node. Settling it by hand before may leave the nodes in disagreement.")
                        .formatted(found.homeName(), String.join(", ", found.homeCandidates()));
    }

    private String summary(TransactionSnapshot found) {
        if (!found.hasBranches()) {
            return withoutBranches(found);
        }
        String now = " Without one: " + context.next().recover();
        return switch (found.state()) {
            case COMMIT ->
                "Decided: commit. Recovery of any application that knows these nodes commits what is still prepared."
                        + now;
            case ROLLBACK ->
                "Decided: rollback. Recovery of any application that knows these nodes rolls back what is still"
                        + " prepared." + now;
            case UNKNOWN ->
                found.unreadable() != null
                        ? "In doubt: at its home '%s' %s.".formatted(found.homeName(), found.unreadable())
                        : found.homesAreTwins()
                                ? "In doubt: its home '%s' %s. Adopt the copy; then recovery settles it."
                                        .formatted(found.homeName(), found.noHome())
                                : unknownHome(found);
            case NONE ->
                found.managerDecides()
                        ? "Prepared, and the transaction manager of the application has not decided. Start that"
                                + " application; its recovery settles it."
                                + further(found)
                        : "Prepared, and not decided. If its coordinator is gone, recovery of any application that"
                                + " knows these nodes fences it and rolls it back." + now;
        };
    }

    private static String further(TransactionSnapshot found) {
        return found.unnamed().isEmpty()
                ? ""
                : (" It has branches on further nodes, which are none of these (their identities in pgxa.node end with"
                                + " %s). The instance that recovers for that manager has to know them as well.")
                        .formatted(String.join(", ", found.unnamed()));
    }

    private static String withoutBranches(TransactionSnapshot found) {
        String silent = found.unreachable().isEmpty()
                ? ""
                : " These nodes do not answer, and may show more: %s.".formatted(String.join(", ", found.silent()));
        return switch (found.state()) {
            case COMMIT ->
                "Decided: commit. None of the nodes that answered holds a prepared branch of it: it is carried out"
                        + " there." + silent;
            case ROLLBACK -> "Decided: rolled back. Nothing of it is prepared on the nodes that answered." + silent;
            case NONE, UNKNOWN ->
                found.unreadable() != null
                        ? "At '%s' %s.".formatted(found.homeName(), found.unreadable())
                        : "Nothing is known of it: it is still under way, left no decision (one writer, or rolled"
                                + " back before a decision), or its decision was deleted after the retention."
                                + silent;
        };
    }
}
