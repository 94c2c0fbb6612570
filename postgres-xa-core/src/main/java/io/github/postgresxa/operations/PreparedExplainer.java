package io.github.postgresxa.operations;

import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Explains one global transaction of any program from what the servers list, without the decision log. Changes nothing.
 */
final class PreparedExplainer {

    private final NodeQueries queries;

    PreparedExplainer(NodeQueries queries) {
        this.queries = queries;
    }

    /** What one node shows. */
    private record Seen(Placement.Place place, List<Branch> branches) {}

    private record Branch(PreparedEntry entry, BranchExplanation explained) {}

    PreparedTransactions all() {
        NodeQueries.Answers<ServerList> answers = queries.ask(ServerList::read);
        Map<String, ServerList> lists = new LinkedHashMap<>();
        answers.answers().forEach((node, list) -> lists.put(node.name(), list));
        return Grouping.of(lists, answers.unreachable());
    }

    PreparedExplanation explain(GlobalName name) {
        NodeQueries.Answers<Seen> answers = queries.ask((node, wire) -> look(node, wire, name));
        Map<String, Placement.Place> places = new LinkedHashMap<>();
        answers.answers().forEach((node, seen) -> places.put(node.name(), seen.place()));
        Placement placement = new Placement(places);
        Grouping grouping = new Grouping(places);
        List<BranchExplanation> explained = new ArrayList<>();
        answers.answers().forEach((node, seen) -> {
            grouping.add(
                    node.name(), seen.branches().stream().map(Branch::entry).toList(), true);
            seen.branches().stream()
                    .filter(branch ->
                            placement.shows(node.name(), branch.entry().database()))
                    .map(Branch::explained)
                    .forEach(explained::add);
        });
        PreparedTransaction transaction = grouping.transaction(name.id());
        return new PreparedExplanation(
                transaction,
                explained,
                answers.unreachable(),
                Settling.summary(transaction, answers.unreachable().keySet()));
    }

    private static Seen look(Node node, Wire wire, GlobalName name) throws SQLException {
        String server = ServerList.primary(wire).incarnation();
        String database = Rows.text(Rows.one(wire, "select current_database()"), 0);
        List<Branch> branches = new ArrayList<>();
        for (List<@Nullable String> row :
                Rows.of(wire, Listing.COLUMNS + " where " + name.condition() + " order by prepared, gid")) {
            PreparedEntry entry = Listing.entry(node, row);
            if (name.has(entry.gid())) {
                BranchView.Branch branch =
                        new BranchView.Branch(entry.gid(), entry.role(), entry.age(), Rows.text(row, 5));
                branches.add(new Branch(entry, BranchView.of(wire, node.name(), branch, Settling.verdict(entry))));
            }
        }
        return new Seen(new Placement.Place(server, database), branches);
    }
}
