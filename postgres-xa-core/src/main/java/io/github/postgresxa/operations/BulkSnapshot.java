package io.github.postgresxa.operations;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.DecisionRow;
import io.github.postgresxa.decision.ParticipantMarks;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Roster;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.prepared.PreparedBranch;
import io.github.postgresxa.prepared.PreparedList;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All transactions that have a prepared branch, as all nodes together show them: one list of each node, then the rows
 * and the marks of each home. Each branch was prepared before its home was queried.
 *
 * @param transactions those with a branch, oldest first
 * @param marks of each home that answers, read after its rows
 * @param unreachable nodes that did not answer
 * @param cut whether a node lists more than was read
 */
record BulkSnapshot(
        Map<TransactionId, TransactionSnapshot> transactions,
        Map<NodeIdentity, ParticipantMarks> marks,
        Map<String, String> unreachable,
        boolean cut) {

    /** The most rows that one query reads. */
    private static final int PAGE = 1_000;

    /** What one node shows. */
    private record Listed(NodeSnapshot node, PreparedList list, Map<Gid, Roster> rosters) {}

    private record Decided(NodeIdentity home, Map<TransactionId, DecisionRow> rows, ParticipantMarks marks) {}

    static BulkSnapshot read(OperationsContext context) {
        NodeQueries queries = context.queries();
        NodeQueries.Answers<Listed> lists = queries.ask((node, wire) -> list(node, wire, context.settings()));
        Map<NodeIdentity, Set<TransactionId>> byHome = new HashMap<>();
        Map<TransactionId, Long> ages = new LinkedHashMap<>();
        Set<NodeIdentity> identities = new LinkedHashSet<>();
        lists.answers().values().forEach(listed -> {
            identities.add(listed.node.identity());
            for (PreparedBranch branch : listed.list.ours()) {
                TransactionId id = branch.gid().transaction();
                byHome.computeIfAbsent(branch.gid().home(), h -> new LinkedHashSet<>())
                        .add(id);
                ages.merge(id, branch.age().toMillis(), Math::max);
            }
        });
        Map<Node, NodeIdentity> homes = new LinkedHashMap<>();
        lists.answers().forEach((node, listed) -> {
            if (byHome.containsKey(listed.node.identity())) {
                homes.put(node, listed.node.identity());
            }
        });
        NodeQueries.Answers<Decided> decided = queries.ask(homes.keySet(), (node, wire) -> {
            NodeIdentity home = Objects.requireNonNull(homes.get(node));
            return decided(wire, home, byHome.getOrDefault(home, Set.of()), identities, context.decisions());
        });
        Map<String, String> unreachable = new LinkedHashMap<>(lists.unreachable());
        unreachable.putAll(decided.unreachable());
        return new Builder(lists.answers(), decided.answers(), unreachable).build(ages);
    }

    private static Listed list(Node node, Wire wire, DecisionSettings settings) throws SQLException {
        PreparedList list = PreparedList.read(wire);
        Map<Gid, Roster> rosters = NodeSnapshot.rosters(wire, list.ours());
        return new Listed(NodeSnapshot.empty(node, wire, settings), list, rosters);
    }

    private static Decided decided(
            Wire wire,
            NodeIdentity home,
            Collection<TransactionId> ids,
            Collection<NodeIdentity> participants,
            DecisionLog decisions)
            throws SQLException {
        Map<TransactionId, DecisionRow> rows = new HashMap<>();
        List<TransactionId> all = List.copyOf(ids);
        for (int from = 0; from < all.size(); from += PAGE) {
            rows.putAll(decisions
                    .read(wire, home, all.subList(from, Math.min(from + PAGE, all.size())))
                    .rows());
        }
        return new Decided(home, rows, decisions.marks(wire, home, participants));
    }

    /** Puts the answers together. A home that listed its branches and then did not answer counts as silent. */
    private record Builder(Map<Node, Listed> lists, Map<Node, Decided> decided, Map<String, String> unreachable) {

        BulkSnapshot build(Map<TransactionId, Long> ages) {
            Map<NodeIdentity, ParticipantMarks> marks = new HashMap<>();
            decided.values().forEach(d -> marks.put(d.home, d.marks));
            Map<TransactionId, Map<Node, NodeSnapshot>> sightings = new HashMap<>();
            lists.forEach((node, listed) -> {
                if (!unreachable.containsKey(node.name())) {
                    Map<TransactionId, List<PreparedBranch>> branches = new HashMap<>();
                    listed.list
                            .ours()
                            .forEach(b -> branches.computeIfAbsent(b.gid().transaction(), id -> new ArrayList<>())
                                    .add(b));
                    for (TransactionId id : ages.keySet()) {
                        sightings
                                .computeIfAbsent(id, i -> new LinkedHashMap<>())
                                .put(
                                        node,
                                        listed.node.with(
                                                branches.getOrDefault(id, List.of()), listed.rosters, row(node, id)));
                    }
                }
            });
            Map<TransactionId, TransactionSnapshot> all = new LinkedHashMap<>();
            ages.entrySet().stream()
                    .sorted(Map.Entry.<TransactionId, Long>comparingByValue().reversed())
                    .map(Map.Entry::getKey)
                    .forEach(id -> all.put(
                            id, new TransactionSnapshot(id, sightings.getOrDefault(id, Map.of()), unreachable)));
            boolean cut = lists.values().stream().anyMatch(l -> l.list.cut());
            return new BulkSnapshot(all, marks, unreachable, cut);
        }

        private @Nullable DecisionRow row(Node node, TransactionId id) {
            Decided found = decided.get(node);
            return found == null ? null : found.rows.get(id);
        }
    }
}
