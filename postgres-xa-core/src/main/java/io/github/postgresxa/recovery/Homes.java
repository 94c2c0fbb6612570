package io.github.postgresxa.recovery;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.Node;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the configured node that has an identity. If two have it, one is a copy of the other, and this process cannot
 * know which of them keeps the decisions. Then none is found, as if the home did not answer.
 */
final class Homes {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private static final String TWIN =
            "node '%s' has the same identity %s, so one of the two databases is a copy of the other. Nothing of either"
                    + " is settled, and neither takes part in a transaction, until an operator gives the copy a"
                    + " new identity: java -jar postgres-xa-cli.jar adopt, or the doctor prints the whole"
                    + " command";

    private final List<NodeMonitor> monitors;

    Homes(List<NodeMonitor> monitors) {
        this.monitors = List.copyOf(monitors);
    }

    /** {@return all nodes, first those that answered at the last scan: one that does not answer may block for long} */
    List<NodeLink> all() {
        Map<Boolean, List<NodeMonitor>> answered = monitors.stream()
                .collect(Collectors.partitioningBy(m -> m.status().reachable()));
        return Stream.of(true, false)
                .flatMap(a -> answered.getOrDefault(a, List.of()).stream())
                .map(NodeMonitor::link)
                .toList();
    }

    @Nullable
    NodeLink find(NodeIdentity identity) {
        List<NodeLink> found = withIdentity(identity);
        return found.size() == 1 ? found.get(0) : null;
    }

    /** {@return whether no other node has the node's identity, as far as this process has seen} */
    boolean isAlone(NodeLink link) {
        NodeIdentity identity = link.identity();
        return identity != null && find(identity) == link;
    }

    /** {@return whether several nodes have the identity} */
    boolean areTwins(NodeIdentity identity) {
        return withIdentity(identity).size() > 1;
    }

    /** {@return whether each configured node has reported its identity since this process started} */
    boolean allIdentified() {
        return monitors.stream().allMatch(m -> m.link().identity() != null);
    }

    /**
     * Whether a branch of a transaction may be prepared on any node.
     *
     * @param id a transaction
     * @param since a moment, by the monotonic clock
     * @return whether some node lists a branch of it, or has not been scanned since that moment
     */
    boolean mayBePrepared(TransactionId id, long since) {
        return monitors.stream().anyMatch(m -> m.sightings().mayList(id, since));
    }

    /** {@return why nothing is found, for people} */
    String whyNot(NodeIdentity identity) {
        return areTwins(identity)
                ? "%s have the identity of its home, so one is a copy of the other".formatted(twins(identity))
                : "no configured node has the identity of its home, or that node has not answered yet";
    }

    /**
     * Finds a node's twin.
     *
     * @param node a node
     * @param identity its identity
     * @return what is wrong if another node has the identity, too
     */
    Optional<String> twin(Node node, NodeIdentity identity) {
        for (NodeMonitor monitor : monitors) { // For each branch of each transaction: a loop costs least.
            NodeLink link = monitor.link();
            if (identity.equals(link.identity()) && !link.node().name().equals(node.name())) {
                return Optional.of(TWIN.formatted(link.node().name(), identity));
            }
        }
        return Optional.empty();
    }

    /** Checks for a twin whenever a node answers: a copy may be down when this process starts. */
    void checkForTwin(NodeMonitor monitor, XaListener listener) {
        NodeLink link = monitor.link();
        NodeIdentity identity = link.identity();
        String twin = identity == null ? null : twin(link.node(), identity).orElse(null);
        if (twin != null) {
            try {
                // The next pass sees what an operator has done about it.
                link.identifyAgain();
            } catch (SQLException e) {
                LOG.debug(
                        "node '{}' did not answer the query for its identity",
                        link.node().name(),
                        e);
            }
        }
        monitor.refuse(twin, listener);
    }

    private List<NodeLink> withIdentity(NodeIdentity identity) {
        return monitors.stream()
                .map(NodeMonitor::link)
                .filter(link -> identity.equals(link.identity()))
                .toList();
    }

    /** {@return the nodes that have the identity, for people} */
    String twins(NodeIdentity identity) {
        return withIdentity(identity).stream()
                .map(link -> "'" + link.node().name() + "'")
                .collect(Collectors.joining(" and ", "nodes ", ""));
    }

    String name(NodeIdentity identity) {
        List<NodeLink> found = withIdentity(identity);
        return found.size() == 1 ? found.get(0).node().name() : identity.text();
    }
}
