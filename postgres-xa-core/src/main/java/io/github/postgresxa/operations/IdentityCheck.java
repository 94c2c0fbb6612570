package io.github.postgresxa.operations;

import io.github.postgresxa.decision.DatabaseLocation;
import io.github.postgresxa.node.Node;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Checks that each identity belongs to one database, and each database has its own. */
final class IdentityCheck {

    private final Collection<Node> nodes;
    private final Map<Node, DatabaseLocation> places;
    private final String schema;
    private final Console console;

    IdentityCheck(Collection<Node> nodes, Map<Node, DatabaseLocation> places, String schema, Console console) {
        this.nodes = nodes;
        this.places = places;
        this.schema = schema;
        this.console = console;
    }

    List<Finding> findings(Node node) {
        DatabaseLocation place = places.get(node);
        if (place == null) {
            return List.of();
        }
        if (!place.here()) {
            return List.of(place.stored() == null ? unbound(node, place) : misplaced(node, place));
        }
        List<Finding> found = new ArrayList<>();
        found.add(Check.IDENTITY.ok(node.name(), place.identity().text()));
        for (Node other : nodes) {
            // Each pair is reported once, with the later one.
            if (other.equals(node)) {
                return found;
            }
            DatabaseLocation its = places.get(other);
            if (its != null && its.here() && its.identity().equals(place.identity())) {
                found.add(
                        its.serverStarted().equals(place.serverStarted())
                                ? twoNames(other, node)
                                : twin(other, node, place));
            }
        }
        return found;
    }

    /** The identity was never bound to a place. */
    private Finding unbound(Node node, DatabaseLocation place) {
        return Fault.IDENTITY_UNBOUND.found(
                node.name(),
                place.misplaced(),
                "The node takes part in no transaction. The last scripts of the schema say where an identity belongs.",
                "",
                console.schema(node.settings(), schema));
    }

    private Finding misplaced(Node node, DatabaseLocation place) {
        boolean original =
                places.values().stream().anyMatch(p -> p.here() && p.identity().equals(place.identity()));
        return original
                ? Fault.COPY.found(
                        node.name(),
                        place.misplaced(),
                        "It is a copy of another of these nodes, and takes part in no transaction until it has an"
                                + " identity of its own.",
                        "",
                        adopt(node, "copy"))
                : Fault.COPY_OR_MOVED.found(
                        node.name(),
                        place.misplaced(),
                        "It is a copy (CREATE DATABASE ... TEMPLATE, dump and restore, replication) or was moved"
                                + " (pg_upgrade). It takes part in no transaction until you say which.",
                        "If the original is gone for good, say 'moved' in place of 'copy': then it keeps its identity"
                                + " and its decisions. If it is a copy:",
                        adopt(node, "copy"));
    }

    /** Reports the same database under two names: its two branches would wait for each other. */
    private static Finding twoNames(Node other, Node node) {
        return Fault.TWO_NAMES.found(
                node.name(),
                "nodes '%s' and '%s' are one and the same database".formatted(other.name(), node.name()),
                "The application refuses to start: a transaction over both would block itself.",
                "Correct the URL of node '%s', now %s."
                        .formatted(node.name(), node.settings().address()),
                "");
    }

    private Finding twin(Node other, Node node, DatabaseLocation place) {
        return Fault.TWIN.found(
                node.name(),
                ("the servers of nodes '%s' and '%s' are copies of the same files, and both databases have the"
                                + " identity %s")
                        .formatted(other.name(), node.name(), place.identity()),
                "Nothing that has this identity as its home is settled, and neither node takes part in a transaction.",
                ("Find out which of the two is the copy, and stop the applications. If the copy is '%s', name that one"
                                + " here. If it is '%s':")
                        .formatted(other.name(), node.name()),
                adopt(node, "copy --force"));
    }

    private String adopt(Node node, String origin) {
        return console.command("adopt %s %s --reason \"the doctor's advice\"".formatted(node.name(), origin));
    }
}
