package io.github.postgresxa.operations;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Examines every node, and says for each finding what it is, why it matters, and which command mends it. */
final class Doctor {

    private final Fleet fleet;
    private final DecisionSettings settings;
    private final Duration tooLong;

    /** @param tooLong what is prepared for longer than this is a finding */
    Doctor(Fleet fleet, DecisionSettings settings, Duration tooLong) {
        this.fleet = fleet;
        this.settings = settings;
        this.tooLong = tooLong;
    }

    List<Finding> examine() {
        Fleet.Answers<List<Finding>> answers = fleet.ask(this::examine);
        List<Finding> all = new ArrayList<>();
        for (Node node : fleet.nodes()) {
            String problem = answers.unreachable().get(node.name());
            List<Finding> found = new ArrayList<>(
                    problem == null ? answers.answers().get(node) : List.of(unreachable(node.settings(), problem)));
            found.sort(Comparator.comparing(Finding::severity).reversed());
            all.addAll(found);
        }
        all.addAll(twins(answers.answers()));
        return all;
    }

    private List<Finding> examine(Node node, Wire wire) throws SQLException {
        ServerView server = ServerView.read(wire);
        List<Finding> found = new ArrayList<>(new ServerCheck(node, server).findings());
        found.addAll(new SchemaCheck(node, settings.schema()).findings(wire));
        found.addAll(PreparedCheck.findings(node, wire, server, tooLong));
        found.addAll(PoolerCheck.findings(node, wire));
        found.addAll(ReplicationCheck.findings(node, wire, server));
        found.addAll(RoleCheck.findings(node, wire));
        return found;
    }

    private static Finding unreachable(NodeSettings node, String problem) {
        return new Finding(
                node.name(),
                "reachable",
                Severity.ERROR,
                problem,
                "Transactions that need this node fail, and branches elsewhere whose home it is stay in doubt until it answers.",
                "$ pg_isready -d \"%s\"".formatted(node.address().replaceFirst("^jdbc:", "")));
    }

    /** The same database under two names would be two branches that wait for each other. */
    private static List<Finding> twins(Map<Node, List<Finding>> answers) {
        Map<String, String> first = new HashMap<>();
        List<Finding> found = new ArrayList<>();
        answers.forEach((node, findings) -> findings.stream()
                .filter(f -> f.check().equals(SchemaCheck.IDENTITY))
                .forEach(f -> {
                    String other = first.putIfAbsent(f.what(), node.name());
                    if (other != null) {
                        found.add(new Finding(
                                node.name(),
                                "one-database",
                                Severity.ERROR,
                                "nodes '%s' and '%s' are one and the same database".formatted(other, node.name()),
                                "The application refuses to start: a transaction over both would block itself. If one is a copy of the other, give the copy an identity of its own before anything is prepared there.",
                                "$ correct the URL of node '%s', now %s"
                                        .formatted(node.name(), node.settings().address())));
                    }
                }));
        return found;
    }
}
