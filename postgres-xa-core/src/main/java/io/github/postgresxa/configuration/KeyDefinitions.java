package io.github.postgresxa.configuration;

import io.github.postgresxa.configuration.Key.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every key, defined once. A test compares the defaults with those of the settings. */
final class KeyDefinitions {

    static final List<Key> ALL = List.of(
            key("enabled", Type.FLAG, "true", "Whether to set up transactions over several PostgreSQL nodes."),
            choice(
                    "mode",
                    "manage",
                    List.of("manage", "observe"),
                    "Whether to manage the transactions over the nodes, or only to observe those of another manager."),
            key("name", Type.TEXT, null, "Name of the application in displays and in decision rows."),
            key("primary", Type.TEXT, null, "Name of the node whose beans are primary. Default is the first node."),
            choice(
                    "transaction-manager",
                    "auto",
                    List.of("auto", "narayana", "atomikos"),
                    "JTA transaction manager to use."),
            key(
                    "transaction-timeout",
                    Type.DURATION,
                    null,
                    "Timeout of a transaction that asks for none. Under the manager of an application server it counts"
                            + " only where that tells no timeout at all."),
            ofNode("url", Type.TEXT, null, "JDBC URL of the node. Driver properties may follow its question mark."),
            ofNode("username", Type.TEXT, null, "Role for work, and also for recovery unless recovery-role is set."),
            ofNode("password", Type.SECRET, null, "Password of the role."),
            ofNode("pool.max-size", Type.NUMBER, "10", "Maximum number of connections for work."),
            ofNode("pool.min-size", Type.NUMBER, "0", "Number of connections to keep open."),
            ofNode("pool.acquisition-timeout", Type.DURATION, "5s", "How long a caller waits for a free connection."),
            ofNode(
                    "pool.idle-timeout",
                    Type.DURATION,
                    "10m",
                    "Time after which an unused connection above min-size is closed. Zero means never."),
            ofNode(
                    "pool.max-lifetime",
                    Type.DURATION,
                    "30m",
                    "Age at which a connection is replaced. Zero means never."),
            ofNode(
                    "pool.validation-idle",
                    Type.DURATION,
                    "30s",
                    "A connection that was idle for longer than this is validated before it is used."),
            ofNode(
                    "pool.discard-all",
                    Type.FLAG,
                    "false",
                    "Whether to discard everything that a session holds, including state set by SQL, when its"
                            + " connection is returned. Costs a round trip."),
            ofNode("recovery-role.username", Type.TEXT, null, "Role for recovery."),
            ofNode("recovery-role.password", Type.SECRET, null, "Password of the role for recovery."),
            ofNode(
                    "required",
                    Type.FLAG,
                    "true",
                    "Whether a transaction rolls back if this node gives it no connection, even if the application"
                            + " catches the exception and continues."),
            choice(
                    "commit.acknowledge",
                    "finished",
                    List.of("finished", "decided"),
                    "When a commit answers: when all nodes show it, or when its decision is durable."),
            key(
                    "commit.read-your-writes",
                    Type.DURATION,
                    "5s",
                    "How long after its acknowledgement statements of this application wait for a commit that their"
                            + " node does not show yet. Zero means that they do not wait."),
            key("decision.schema", Type.TEXT, "pgxa", "Schema of the decision log on every node."),
            choice(
                    "decision.initialize-schema",
                    "always",
                    List.of("always", "never"),
                    "Whether to create the schema where it is missing, and to migrate it where it is older."),
            key(
                    "decision.retention",
                    Type.DURATION,
                    "1h",
                    "Minimum time to keep a decision that was carried out on all nodes."),
            key(
                    "decision.single-writer",
                    Type.FLAG,
                    "false",
                    "Whether to write a decision row also for a transaction with a single writing node, so that its"
                            + " outcome can be queried after a lost reply."),
            key(
                    "decision.home",
                    Type.TEXT,
                    "auto",
                    "Which of the nodes that a transaction writes to keeps its decision. With \"auto\" it is the one"
                            + " with which the commit is shortest, as far as the distances of the nodes are known,"
                            + " otherwise the one that was used first. With \"first-used\" it is always that one. The"
                            + " name of a node pins it wherever it is written to."),
            key(
                    "recovery.enabled",
                    Type.FLAG,
                    "true",
                    "Whether this application finishes branches that other processes left prepared. The nodes are"
                            + " monitored in any case."),
            key("recovery.interval", Type.DURATION, "1s", "Time between two passes over all nodes."),
            key(
                    "recovery.grace",
                    Type.DURATION,
                    "2s",
                    "How long a prepared branch without a decision is left to its coordinator."),
            key(
                    "recovery.share",
                    Type.FLAG,
                    "true",
                    "Whether many instances share the passes over a node. Of more than a few, seven watch it, and the"
                            + " others close their sessions and look in about once a minute."),
            key(
                    "doctor.at-start",
                    Type.FLAG,
                    "true",
                    "Whether to examine the nodes when the application is ready, and to log what needs to be fixed."),
            key(
                    "health.in-doubt-threshold",
                    Type.DURATION,
                    "1m",
                    "Age of a prepared branch in doubt above which its node has the health status IN_DOUBT_TOO_LONG."),
            key(
                    "metrics.transaction-names",
                    Type.NUMBER,
                    "0",
                    "Maximum number of transaction names in the tag \"transaction\" of the timer postgres.xa.commit;"
                            + " all further names are \"other\". Zero for no such tag."),
            key(
                    "logging.transaction-id",
                    Type.FLAG,
                    "true",
                    "Whether to put the id of the thread's transaction into the log's context (MDC), under the key"
                            + " postgresXaTransaction."),
            key(
                    "ignore-unknown-keys",
                    Type.FLAG,
                    "false",
                    "Whether to start although there are keys below postgres.xa that no property has."));

    private KeyDefinitions() {}

    private static Key key(String name, Type type, @Nullable String defaultValue, String description) {
        return new Key(name, type, defaultValue, List.of(), description);
    }

    private static Key ofNode(String name, Type type, @Nullable String defaultValue, String description) {
        return key("nodes." + Keys.NODE + "." + name, type, defaultValue, description);
    }

    private static Key choice(String name, String defaultValue, List<String> choices, String description) {
        return new Key(name, Type.CHOICE, defaultValue, choices, description);
    }
}
