package io.github.postgresxa.operations;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.decision.DatabaseLocation;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Examines every node. Each finding says what it is, why it matters, and which command fixes it. */
final class Doctor {

    private final NodeQueries queries;
    private final DecisionSettings settings;
    private final Duration tooLong;

    /**
     * Creates a doctor.
     *
     * @param tooLong a branch prepared for longer than this is a finding
     */
    Doctor(NodeQueries queries, DecisionSettings settings, Duration tooLong) {
        this.queries = queries;
        this.settings = settings;
        this.tooLong = tooLong;
    }

    List<Finding> examine() {
        NodeQueries.Answers<Examined> answers = queries.ask(this::examine);
        Map<Node, DatabaseLocation> places = new HashMap<>();
        answers.answers().forEach((node, examined) -> {
            if (examined.place() != null) {
                places.put(node, examined.place());
            }
        });
        IdentityCheck identities = new IdentityCheck(queries.nodes(), places, settings.schema());
        List<Finding> all = new ArrayList<>();
        for (Node node : queries.nodes()) {
            Examined examined = answers.answers().get(node);
            List<Finding> found = new ArrayList<>(
                    examined != null
                            ? examined.findings()
                            : List.of(unreachable(
                                    node.settings(),
                                    String.valueOf(answers.unreachable().get(node.name())))));
            found.addAll(identities.findings(node));
            found.sort(Comparator.comparing(Finding::severity).reversed());
            all.addAll(found);
        }
        return all;
    }

    /**
     * One node.
     *
     * @param findings what concerns it alone
     * @param place where its database is, and where its identity belongs
     */
    private record Examined(
            List<Finding> findings, @Nullable DatabaseLocation place) {}

    private Examined examine(Node node, Wire wire) throws SQLException {
        ServerView server = ServerView.read(wire);
        List<Finding> found = new ArrayList<>(new ServerCheck(node, server).findings());
        SchemaCheck schema = new SchemaCheck(node, settings.schema());
        found.addAll(schema.findings(wire));
        found.addAll(PreparedCheck.findings(node, wire, server, tooLong));
        found.addAll(PoolerCheck.findings(node, wire));
        found.addAll(ReplicationCheck.findings(node, wire, server));
        found.addAll(RoleCheck.findings(node, wire));
        return new Examined(found, schema.place());
    }

    private static Finding unreachable(NodeSettings node, String problem) {
        return new Finding(
                node.name(),
                "reachable",
                Severity.ERROR,
                problem,
                "Transactions that need this node fail, and branches elsewhere whose home it is stay in doubt until it"
                        + " answers.",
                "$ pg_isready -d \"%s\"".formatted(node.address().replaceFirst("^jdbc:", "")));
    }
}
