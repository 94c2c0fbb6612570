package io.github.postgresxa.operations;

import io.github.postgresxa.decision.ForcedOrder;
import io.github.postgresxa.decision.ForcedOrders;
import io.github.postgresxa.node.Node;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Keeps what an operator forces at every node that answers, before it is carried out, and tells it later. */
final class ForcedRecords {

    private final ForcedOrders orders;
    private final NodeQueries queries;

    ForcedRecords(ForcedOrders orders, NodeQueries queries) {
        this.orders = orders;
        this.queries = queries;
    }

    /**
     * An order with force that the rules allow.
     *
     * @param request the order
     * @param found the transaction
     * @param against what it overrides
     */
    record Forced(ResolveRequest request, TransactionSnapshot found, List<String> against) {

        private ForcedOrder order(String overridden, @Nullable String result) {
            return new ForcedOrder(
                    request.transaction(),
                    "",
                    "",
                    request.requestedBy(),
                    request.action().name(),
                    found.state().name(),
                    List.copyOf(found.missing()),
                    overridden,
                    request.reason(),
                    result);
        }
    }

    /**
     * Keeps orders before they are carried out.
     *
     * @throws RefusedException if a node that holds a branch of one of them cannot keep them
     */
    void before(Wires wires, Collection<Forced> forced) {
        List<ForcedOrder> rows = forced.stream()
                .map(f -> f.order(String.join(" ", f.against()), null))
                .toList();
        Map<String, String> problems = keep(wires, forced, rows);
        Set<String> holders = forced.stream()
                .flatMap(f -> f.found().holders().stream())
                .map(Node::name)
                .collect(Collectors.toSet());
        problems.keySet().retainAll(holders);
        if (!problems.isEmpty()) {
            throw new RefusedException(
                    ("What is forced has to be kept where it is done (table \"forced\" of the decision schema), and"
                                    + " could not be: %s. No branch was touched. The role for recovery needs SELECT,"
                                    + " INSERT and DELETE on that table.")
                            .formatted(NodeQueries.inWords(problems)));
        }
    }

    /** Keeps how an order ended. It is done anyway, so a problem changes nothing: the row from before tells of it. */
    void after(Wires wires, Forced forced, String result) {
        keep(wires, List.of(forced), List.of(forced.order("", result)));
    }

    private Map<String, String> keep(Wires wires, Collection<Forced> forced, List<ForcedOrder> rows) {
        Set<Node> nodes = forced.stream()
                .flatMap(f -> f.found().sightings().keySet().stream())
                .collect(Collectors.toSet());
        Map<String, String> problems = new LinkedHashMap<>();
        for (Node node : nodes) {
            try {
                wires.branches(node, wire -> {
                    orders.keep(wire, rows);
                    return rows;
                });
            } catch (SQLException e) {
                problems.put(node.name(), NodeQueries.sentence(e));
            }
        }
        return problems;
    }

    /** {@return what the nodes keep of a transaction, in the order of the nodes, oldest first} */
    List<ForcedRecord> of(TransactionSnapshot found) {
        List<ForcedRecord> all = new ArrayList<>();
        queries.ask(found.sightings().keySet(), (node, wire) -> orders.of(wire, found.transaction()))
                .answers()
                .forEach((node, kept) -> kept.forEach(o -> all.add(ForcedRecord.of(node.name(), o))));
        return all;
    }
}
