package io.github.postgresxa.operations;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.ForcedOrder;
import io.github.postgresxa.decision.ForcedOrders;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

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
     * @param order what is kept before it is carried out
     * @param nodes those that answer
     * @param holders those where it is carried out: each of them has to keep it
     */
    record Forced(ForcedOrder order, Set<Node> nodes, Collection<Node> holders) {

        static Forced of(ResolveRequest request, TransactionSnapshot found, List<String> against) {
            return new Forced(
                    new ForcedOrder(
                            request.transaction(),
                            "",
                            "",
                            request.requestedBy(),
                            request.action().name(),
                            found.state().name(),
                            List.copyOf(found.missing()),
                            String.join(" ", against),
                            request.reason(),
                            null),
                    found.sightings().keySet(),
                    found.holders());
        }

        static Forced of(AdoptRequest request, AdoptionContext found, List<String> against) {
            Set<Node> nodes = new LinkedHashSet<>(found.others().keySet());
            nodes.add(found.node());
            return new Forced(
                    new ForcedOrder(
                            ForcedOrder.adoptionOf(found.identity()),
                            "",
                            "",
                            request.requestedBy(),
                            "%s%s AS %s".formatted(ForcedRecord.ADOPTION, request.node(), request.origin()),
                            found.own().place().here()
                                    ? "its identity %s belonged to it".formatted(found.identity())
                                    : found.own().place().misplaced(),
                            found.unreachable().keySet().stream().sorted().toList(),
                            String.join(" ", against),
                            request.reason(),
                            null),
                    nodes,
                    Set.of(found.node()));
        }

        /** {@return the same order, kept where it is not carried out} */
        Forced elsewhere() {
            return new Forced(
                    order, nodes.stream().filter(n -> !holders.contains(n)).collect(Collectors.toSet()), Set.of());
        }

        /** {@return the same order, kept under the identity that the database has now} */
        Forced adopted(NodeIdentity now) {
            return new Forced(order.of(ForcedOrder.adoptionOf(now)), nodes, holders);
        }
    }

    /**
     * Keeps orders before they are carried out.
     *
     * @throws RefusedException if a node that holds a branch of one of them cannot keep them
     */
    void before(Wires wires, Collection<Forced> forced) {
        Map<String, String> problems =
                keep(wires, forced, forced.stream().map(Forced::order).toList());
        Set<String> holders = forced.stream()
                .flatMap(f -> f.holders().stream())
                .map(Node::name)
                .collect(Collectors.toSet());
        problems.keySet().retainAll(holders);
        if (!problems.isEmpty()) {
            RefusedException refused = new RefusedException(
                    ("What is forced has to be kept where it is done (table \"forced\" of the decision schema), and"
                                    + " could not be: %s. No branch was touched. The role for recovery needs SELECT,"
                                    + " INSERT and DELETE on that table, which a schema before version 5 lacks.")
                            .formatted(NodeQueries.inWords(problems)));
            forced.forEach(f -> after(wires, f, Resolver.text(refused))); // Some nodes have kept it.
            throw refused;
        }
    }

    /** Keeps how an order ended. It is done anyway, so a problem changes nothing: the row from before tells of it. */
    void after(Wires wires, Forced forced, String result) {
        keep(wires, List.of(forced), List.of(forced.order().ended(result)));
    }

    /** Keeps how an order ended in the open transaction that carries it out. */
    void within(Wire wire, Forced forced, String result) throws SQLException {
        orders.keepWithin(wire, forced.order().ended(result));
    }

    private Map<String, String> keep(Wires wires, Collection<Forced> forced, List<ForcedOrder> rows) {
        Set<Node> nodes = forced.stream().flatMap(f -> f.nodes().stream()).collect(Collectors.toSet());
        Map<String, String> problems = new LinkedHashMap<>();
        for (Node node : nodes) {
            try {
                wires.branches(node, wire -> {
                    orders.keep(wire, rows);
                    return rows;
                });
            } catch (Throwable e) {
                problems.put(node.name(), NodeQueries.sentence(e));
            }
        }
        return problems;
    }

    /**
     * {@return what the nodes keep of a transaction, and of the adoption of a database that takes part in it, in the
     * order of the nodes, oldest first}
     */
    List<ForcedRecord> of(TransactionSnapshot found) {
        Set<TransactionId> subjects = new LinkedHashSet<>();
        subjects.add(found.transaction());
        found.identities().forEach(branch -> subjects.add(ForcedOrder.adoptionOf(branch)));
        NodeIdentity home = found.home();
        if (home != null) {
            subjects.add(ForcedOrder.adoptionOf(home));
        }
        List<ForcedRecord> all = new ArrayList<>();
        queries.ask(found.sightings().keySet(), (node, wire) -> orders.of(wire, subjects))
                .answers()
                .forEach((node, kept) -> kept.forEach(o -> all.add(ForcedRecord.of(node.name(), o))));
        return all;
    }
}
