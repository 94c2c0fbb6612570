package io.github.postgresxa.operations;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts the branches that the servers list together to global transactions, each branch once. */
final class Grouping {

    private final Placement placement;

    /** The nodes whose lists are whole: only they can show that a branch is missing. */
    private final Set<String> whole = new LinkedHashSet<>();

    private final Map<String, List<PreparedEntry>> byTransaction = new LinkedHashMap<>();

    /** @param places the nodes that answered, by name, in their order */
    Grouping(Map<String, Placement.Place> places) {
        this.placement = new Placement(places);
    }

    /** Puts together what whole servers list. */
    static PreparedTransactions of(Map<String, ServerList> lists, Map<String, String> unreachable) {
        Map<String, Placement.Place> places = new LinkedHashMap<>();
        lists.forEach((node, list) -> places.put(node, list.place()));
        Grouping grouping = new Grouping(places);
        Set<String> cut = new LinkedHashSet<>();
        lists.forEach((node, list) -> {
            grouping.add(node, list.entries(), !list.isCut());
            if (list.isCut()) {
                cut.add(node);
            }
        });
        return new PreparedTransactions(grouping.transactions(), cut, unreachable);
    }

    /**
     * Adds what a node's server lists.
     *
     * @param entries what it lists
     * @param isWhole whether it lists no more
     */
    void add(String node, List<PreparedEntry> entries, boolean isWhole) {
        if (isWhole) {
            whole.add(node);
        }
        for (PreparedEntry entry : entries) {
            if (placement.shows(node, entry.database())) {
                byTransaction
                        .computeIfAbsent(entry.global(), id -> new ArrayList<>())
                        .add(entry);
            }
        }
    }

    /** {@return the transactions, the oldest first} */
    List<PreparedTransaction> transactions() {
        return byTransaction.entrySet().stream()
                .map(each -> transaction(each.getKey(), each.getValue()))
                .sorted(Comparator.comparing(PreparedTransaction::age).reversed())
                .toList();
    }

    /** {@return a transaction, which may have no branch} */
    PreparedTransaction transaction(String id) {
        return transaction(id, byTransaction.getOrDefault(id, List.of()));
    }

    private PreparedTransaction transaction(String id, List<PreparedEntry> entries) {
        List<PreparedEntry> branches = entries.stream()
                .sorted(Comparator.comparing(PreparedEntry::age).reversed())
                .toList();
        List<String> without = whole.stream()
                .filter(node ->
                        branches.stream().noneMatch(branch -> branch.node().equals(node)))
                .toList();
        if (branches.isEmpty()) {
            return new PreparedTransaction(id, Owner.UNKNOWN, "", null, branches, without);
        }
        PreparedEntry oldest = branches.get(0);
        return new PreparedTransaction(id, oldest.owner(), oldest.instance(), oldest.xid(), branches, without);
    }
}
