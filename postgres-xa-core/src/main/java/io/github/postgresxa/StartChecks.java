package io.github.postgresxa;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.postgresql.Driver;

/**
 * Checks the configuration and the servers before work begins. A node that does not answer now is accepted and checked
 * on its first use.
 */
final class StartChecks {

    private static final Set<String> ENCRYPTED = Set.of("require", "verify-ca", "verify-full");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127\\..*|\\[?::1]?");

    private StartChecks() {}

    static void settings(List<NodeSettings> nodes) {
        if (nodes.isEmpty()) {
            throw new InvalidConfigurationException(
                    "No PostgreSQL node is configured.",
                    "Name at least one: postgres.xa.nodes.<node>.url, or PostgresXa.builder().node(name, url,"
                            + " username, password).");
        }
        Set<String> names = new HashSet<>();
        Map<String, String> byDatabase = new HashMap<>();
        for (NodeSettings node : nodes) {
            String other = byDatabase.put(database(node), node.name());
            if (other != null && !other.equals(node.name())) {
                throw new InvalidConfigurationException(
                        "Nodes '%s' and '%s' have the URL of the same database, %s."
                                .formatted(other, node.name(), node.address()),
                        "Correct the URL of one of them, or remove it: each node is a database of its own.");
            }
            if (!names.add(node.name())) {
                throw new InvalidConfigurationException(
                        "Two nodes have the name '%s'.".formatted(node.name()), "Give each node a different name.");
            }
        }
    }

    /** {@return the database that a URL leads to, as far as its text tells: hosts, ports and name} */
    private static String database(NodeSettings node) {
        Properties url = Driver.parseURL(node.url(), null);
        return url == null
                ? node.address()
                : String.join(
                        " ",
                        url.getProperty("PGHOST", "localhost").toLowerCase(Locale.ROOT),
                        url.getProperty("PGPORT", "5432"),
                        url.getProperty("PGDBNAME", String.valueOf(node.username())));
    }

    static void servers(List<NodeSettings> nodes, List<NodeStatus> seen) {
        Map<String, String> byIdentity = new HashMap<>();
        for (int i = 0; i < seen.size(); i++) {
            NodeStatus status = seen.get(i);
            if (!status.reachable()) {
                continue;
            }
            enoughPreparedTransactions(nodes.get(i), status);
            String identity = status.identity();
            String other = identity == null ? null : byIdentity.put(identity, status.name());
            if (other != null) {
                throw new InvalidConfigurationException(
                        "Nodes '%s' and '%s' are one and the same database, or one is a copy of the other's files."
                                .formatted(other, status.name()),
                        ("Configure it once, or correct one of the URLs (%s and %s). A copy needs a new"
                                        + " identity: java -jar postgres-xa-cli.jar adopt.")
                                .formatted(address(nodes, other), nodes.get(i).address()));
            }
        }
    }

    private static void enoughPreparedTransactions(NodeSettings node, NodeStatus status) {
        int wanted = node.pool().maxSize();
        if (status.maxPrepared() < wanted) {
            throw new InvalidConfigurationException(
                    ("Node '%s' has max_prepared_transactions = %d, but a pool of %d connections can have %d branches"
                                    + " prepared at once.")
                            .formatted(node.name(), status.maxPrepared(), wanted, wanted),
                    ("Run there: ALTER SYSTEM SET max_prepared_transactions = %d; and restart that server (better:"
                                    + " as many as max_connections, to have room for more instances). Where the"
                                    + " server's command line sets it (-c), change it there: it wins over ALTER SYSTEM."
                                    + " A managed"
                                    + " service has it among the settings of the instance (parameter group, server"
                                    + " parameter, flag). Or make the pool of this node smaller (pool.max-size).")
                            .formatted(Math.max(100, wanted)));
        }
    }

    /**
     * {@return whether traffic to a node could be read and changed on its way: the node is not on this machine, and its
     * URL does not insist on TLS} (By default, the driver uses TLS if the server offers it, and goes on without it
     * otherwise.)
     */
    static boolean exposed(NodeSettings node) {
        Properties url = Driver.parseURL(node.url(), null);
        if (url == null) {
            return false;
        }
        String mode = url.getProperty("sslmode", "");
        String ssl = url.getProperty("ssl", "false");
        boolean encrypted = mode.isEmpty() ? ssl.isEmpty() || ssl.equals("true") : ENCRYPTED.contains(mode);
        return !encrypted
                && !Arrays.stream(url.getProperty("PGHOST", "localhost").split(","))
                        .allMatch(host -> LOOPBACK.matcher(host).matches());
    }

    private static String address(List<NodeSettings> nodes, String name) {
        return nodes.stream()
                .filter(n -> n.name().equals(name))
                .map(NodeSettings::address)
                .findFirst()
                .orElse(name);
    }
}
