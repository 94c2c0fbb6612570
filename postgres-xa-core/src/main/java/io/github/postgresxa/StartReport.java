package io.github.postgresxa;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;

/** What the log says about the nodes when an application starts. */
final class StartReport {

    private StartReport() {}

    /**
     * Describes the nodes.
     *
     * @param places where each node is
     * @param seen what is known of each node, in the same order
     * @param schema the schema of the decision log
     * @param replacedVersion the version that a schema had before this process migrated it, by the node's identity: 0
     *     if this process created it, empty if it found it as it is needed
     * @return all nodes in one line
     */
    static String of(
            List<String> places, List<NodeStatus> seen, String schema, Function<String, OptionalInt> replacedVersion) {
        List<String> nodes = new ArrayList<>(seen.size());
        for (int i = 0; i < seen.size(); i++) {
            NodeStatus status = seen.get(i);
            nodes.add("'%s' at %s (%s)"
                    .formatted(
                            status.name(),
                            places.get(i),
                            status.reachable() && status.problem() == null
                                    ? "PostgreSQL %s, schema %s %s"
                                            .formatted(status.serverVersion(), schema, origin(status, replacedVersion))
                                    : "not in use yet"));
        }
        return String.join(", ", nodes);
    }

    private static String origin(NodeStatus status, Function<String, OptionalInt> replacedVersion) {
        String identity = status.identity();
        OptionalInt before = identity == null ? OptionalInt.empty() : replacedVersion.apply(identity);
        if (before.isEmpty()) {
            return "found";
        }
        return before.getAsInt() == 0 ? "created" : "migrated from version " + before.getAsInt();
    }
}
