package io.github.postgresxa.operations;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.decision.DecisionRow;
import io.github.postgresxa.decision.ParticipantMarks;
import io.github.postgresxa.decision.UnreadableRowException;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Roster;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.prepared.PreparedBranch;
import io.github.postgresxa.prepared.RestoredBranchGuard;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One transaction as all nodes together show it.
 *
 * @param transaction the transaction
 * @param sightings by node, of those that answered
 * @param unreachable those that did not
 */
record TransactionSnapshot(
        TransactionId transaction, Map<Node, NodeSnapshot> sightings, Map<String, String> unreachable) {

    /** {@return the home: the one that a branch names, else the one where a row exists} */
    @Nullable
    NodeIdentity home() {
        return sightings.values().stream()
                .map(NodeSnapshot::home)
                .filter(Objects::nonNull)
                .findFirst()
                .or(() -> sightings.values().stream()
                        .filter(s -> s.row() != null)
                        .map(NodeSnapshot::identity)
                        .findFirst())
                .orElse(null);
    }

    /** {@return the home's node, if it is one of those that answered} */
    Optional<Node> homeNode() {
        List<Node> found = withHomesIdentity();
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    private List<Node> withHomesIdentity() {
        NodeIdentity home = home();
        return sightings.entrySet().stream()
                .filter(s -> s.getValue().identity().equals(home))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** {@return why there is no home to query, as the end of a sentence about it} */
    String noHome() {
        if (homesAreTwins()) {
            return "has a twin: nodes %s have its identity, and one of them is a copy"
                    .formatted(withHomesIdentity().stream().map(Node::name).toList());
        }
        return unreachable.isEmpty()
                ? "is none of these nodes: one is missing from the list, or gone"
                : "is none of the nodes that answer; it may be one of those that do not (%s), or missing from the list"
                        .formatted(String.join(", ", silent()));
    }

    /** {@return the named nodes that do not answer} */
    List<String> silent() {
        return unreachable.keySet().stream().sorted().toList();
    }

    /** {@return the silent nodes, one of which may be the home; empty if the home answers or there is a twin} */
    List<String> homeCandidates() {
        return home() == null || !withHomesIdentity().isEmpty() ? List.of() : silent();
    }

    /**
     * {@return what is not seen: the nodes that do not answer, the identity of the home if no node that answers has it,
     * and the other nodes that its branches name and that were not asked}
     */
    Set<String> missing() {
        Set<String> missing = new LinkedHashSet<>(silent());
        NodeIdentity home = home();
        if (home != null && isHomeMissing()) {
            missing.add(home.text());
        }
        missing.addAll(unnamed());
        return missing;
    }

    boolean isHomeMissing() {
        return home() != null && withHomesIdentity().isEmpty();
    }

    /**
     * {@return the nodes that branches of it name, and that were not asked, by the end of their identities} One that
     * does not answer may be one of them, so only more than those are missing. The home has its own words.
     */
    List<String> unnamed() {
        List<NodeIdentity> known = new ArrayList<>(
                sightings.values().stream().map(NodeSnapshot::identity).toList());
        NodeIdentity home = home();
        if (home != null) {
            known.add(home);
        }
        List<String> others = sightings.values().stream()
                .map(NodeSnapshot::roster)
                .reduce(Roster.NONE, Roster::and)
                .without(known);
        return others.size() > unreachable.size() ? others : List.of();
    }

    boolean homesAreTwins() {
        return withHomesIdentity().size() > 1;
    }

    private @Nullable DecisionRow currentRow() {
        return homeNode().map(sightings::get).map(NodeSnapshot::row).orElse(null);
    }

    /** {@return the decision at the home; null if there is none, or none that can be read} */
    @Nullable
    Decision row() {
        try {
            DecisionRow row = currentRow();
            return row == null ? null : row.read();
        } catch (UnreadableRowException e) {
            return null;
        }
    }

    /** {@return why the decision at the home cannot be read; null if it can, or if there is none} */
    @Nullable
    String unreadable() {
        try {
            DecisionRow row = currentRow();
            if (row != null) {
                row.read();
            }
            return null;
        } catch (UnreadableRowException e) {
            return NodeQueries.sentence(e);
        }
    }

    DecisionState state() {
        if (homeNode().isEmpty() || unreadable() != null) {
            return DecisionState.UNKNOWN;
        }
        Decision row = row();
        if (row == null) {
            return DecisionState.NONE;
        }
        return row.kind() == Decision.Kind.COMMIT ? DecisionState.COMMIT : DecisionState.ROLLBACK;
    }

    /** {@return a name for the home, for people; null if it is not known} */
    @Nullable
    String homeName() {
        NodeIdentity home = home();
        return home == null ? null : homeNode().map(Node::name).orElse(home.text());
    }

    /** {@return the nodes that hold a branch} */
    List<Node> holders() {
        return sightings.entrySet().stream()
                .filter(s -> !s.getValue().branches().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** {@return the nodes that answered and may still get a branch: a node has one of a transaction at most} */
    List<Node> withoutBranch() {
        return sightings.entrySet().stream()
                .filter(s -> s.getValue().branches().stream()
                        .noneMatch(b -> b.gid().branch().equals(s.getValue().identity())))
                .map(Map.Entry::getKey)
                .toList();
    }

    boolean hasBranches() {
        return branches().findAny().isPresent();
    }

    Stream<PreparedBranch> branches() {
        return sightings.values().stream().flatMap(s -> s.branches().stream());
    }

    /** {@return the nodes that the names of the branches name; a copy lists branches of its original} */
    List<NodeIdentity> identities() {
        return branches().map(b -> b.gid().branch()).distinct().toList();
    }

    /** {@return whether a node that holds a branch went back in time, so that the decision may be deleted} */
    boolean mayBeForgotten(ParticipantMarks marks) {
        return sightings.values().stream()
                .anyMatch(s -> s.branches().stream()
                        .anyMatch(b -> RestoredBranchGuard.mayHaveBeenForgotten(s.facts(), b, marks)));
    }

    /** {@return whether another resource takes part, so that a transaction manager decides} */
    boolean managerDecides() {
        return branches().map(PreparedBranch::gid).map(Gid::manager).anyMatch(Objects::nonNull);
    }
}
