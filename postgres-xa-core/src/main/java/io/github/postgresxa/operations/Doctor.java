package io.github.postgresxa.operations;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.decision.DatabaseLocation;
import io.github.postgresxa.gid.Roster;
import io.github.postgresxa.node.ConnectionFailure;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.prepared.Rosters;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
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
    private final Console console;
    private final boolean observing;

    /**
     * Creates a doctor.
     *
     * @param tooLong a branch prepared for longer than this is a finding
     * @param console how printed commands call the command-line jar
     */
    Doctor(NodeQueries queries, DecisionSettings settings, Duration tooLong, Console console) {
        this(queries, settings, tooLong, console, false);
    }

    /**
     * Creates a doctor.
     *
     * @param tooLong a branch prepared for longer than this is a finding
     * @param console how printed commands call the command-line jar
     * @param observing whether others manage the transactions: then there is no decision log, and no pool of ours
     */
    Doctor(NodeQueries queries, DecisionSettings settings, Duration tooLong, Console console, boolean observing) {
        this.queries = queries;
        this.settings = settings;
        this.tooLong = tooLong;
        this.console = console;
        this.observing = observing;
    }

    List<Finding> examine() {
        NodeQueries.Answers<Examined> answers = queries.ask(this::examine);
        Map<Node, DatabaseLocation> places = new HashMap<>();
        answers.answers().forEach((node, examined) -> {
            if (examined.place() != null) {
                places.put(node, examined.place());
            }
        });
        IdentityCheck identities = new IdentityCheck(queries.nodes(), places, settings.schema(), console);
        List<Finding> all = new ArrayList<>();
        for (Node node : queries.nodes()) {
            Examined examined = answers.answers().get(node);
            List<Finding> found = new ArrayList<>(
                    examined != null
                            ? examined.findings()
                            : List.of(unreachable(
                                    node,
                                    String.valueOf(answers.unreachable().get(node.name())),
                                    answers.failures().get(node.name()))));
            found.addAll(identities.findings(node));
            if (examined != null && places.size() == queries.nodes().size()) {
                found.addAll(unnamed(node, examined.roster(), places.values()));
            }
            found.sort(Comparator.comparing(Finding::severity).reversed());
            all.addAll(found);
        }
        return all;
    }

    Finding howToSettle(PreparedEntry entry) {
        return Settling.finding(entry, console);
    }

    /**
     * One node.
     *
     * @param findings what concerns it alone
     * @param place where its database is, and where its identity belongs
     * @param roster the nodes that its branches name, of transactions that a transaction manager decides
     */
    private record Examined(
            List<Finding> findings, @Nullable DatabaseLocation place, Roster roster) {}

    private Examined examine(Node node, Wire wire) throws SQLException {
        ServerView server = ServerView.read(wire);
        List<Finding> found = new ArrayList<>(new ServerCheck(node, server, observing).findings());
        PreparedCheck prepared = new PreparedCheck(console, tooLong, observing);
        if (observing) {
            found.addAll(prepared.findings(node, wire, server));
            found.addAll(ReplicationCheck.findings(node, wire, server, true));
            return new Examined(found, null, Roster.NONE);
        }
        SchemaCheck schema = new SchemaCheck(node, settings.schema(), console);
        found.addAll(schema.findings(wire));
        found.addAll(prepared.findings(node, wire, server));
        found.addAll(PoolerCheck.findings(node, wire));
        found.addAll(ReplicationCheck.findings(node, wire, server, false));
        found.addAll(new RoleCheck(node).findings(wire));
        Roster roster = Rosters.read(wire).values().stream().reduce(Roster.NONE, Roster::and);
        return new Examined(found, schema.place(), roster);
    }

    private static List<Finding> unnamed(Node node, Roster roster, Collection<DatabaseLocation> places) {
        List<String> others =
                roster.without(places.stream().map(DatabaseLocation::identity).toList());
        return others.isEmpty()
                ? List.of()
                : List.of(Fault.IN_DOUBT.found(
                        node.name(),
                        "transactions with a branch here have branches on further nodes, which are none of these: their"
                                + " identities end with %s".formatted(String.join(", ", others)),
                        "A transaction manager decides them, and its decision has to name every branch. An instance"
                                + " that does not know all nodes writes none.",
                        "Name these nodes, too: here, and in postgres.xa.nodes of the instance that recovers for that"
                                + " manager.",
                        ""));
    }

    private Finding unreachable(Node node, String problem, @Nullable ConnectionFailure failure) {
        String why = observing
                ? "Transactions that need this node fail, and what is prepared there keeps its locks until its owner"
                        + " reaches it again."
                : "Transactions that need this node fail, and branches elsewhere whose home it is stay in doubt until"
                        + " it answers.";
        return failure == null
                ? Fault.UNREACHABLE.found(node.name(), problem, why, "", "")
                : Fault.UNREACHABLE.found(
                        node.name(),
                        failure.said(),
                        why,
                        failure.kind() == ConnectionFailure.Kind.LOGIN
                                ? failure.advice() + " A superuser on that server sees its rules:"
                                : failure.advice(),
                        command(failure.kind(), ServerAddress.of(node.settings())));
    }

    /** {@return the command that shows more of a failed login} */
    private static String command(ConnectionFailure.Kind kind, ServerAddress server) {
        return switch (kind) {
            case UNKNOWN_HOST -> "$ getent hosts " + Shell.quoted(server.firstHost());
            case REFUSED, TIMEOUT, STARTING ->
                "$ pg_isready -h %s -p %s".formatted(Shell.quoted(server.firstHost()), server.firstPort());
            case PASSWORD, TLS, OTHER -> "$ psql %s -c \"select 1\"".formatted(Shell.quoted(server.uri()));
            case DATABASE -> "$ psql -l %s".formatted(Shell.quoted(server.uri("postgres")));
            case LOGIN ->
                "SELECT line_number, type, database, user_name, address, auth_method, error FROM pg_hba_file_rules;";
            case RIGHT ->
                "GRANT CONNECT ON DATABASE %s TO %s;"
                        .formatted(
                                SqlText.name(server.database()),
                                server.user() == null ? "PUBLIC" : SqlText.name(server.user()));
            case FULL -> "SELECT usename, application_name, count(*) FROM pg_stat_activity GROUP BY 1, 2 ORDER BY 3;";
        };
    }
}
