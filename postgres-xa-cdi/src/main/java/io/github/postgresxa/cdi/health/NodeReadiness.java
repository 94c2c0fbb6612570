package io.github.postgresxa.cdi.health;

import io.github.postgresxa.InDoubtBranch;
import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.health.HealthStatus;
import io.github.postgresxa.health.NodeHealth;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;

/**
 * Shows one node, from memory. The datum {@code status} has its {@link HealthStatus}, the others are its details.
 *
 * <p>The check is down only if no node of the application can take part in transactions: one node that is down must not
 * take all instances out of traffic.
 */
public final class NodeReadiness implements HealthCheck {

    private final String node;
    private final Supplier<List<NodeStatus>> observed;
    private final Supplier<List<InDoubtBranch>> inDoubt;
    private final Duration threshold;

    /**
     * Creates the check.
     *
     * @param node the node's name
     * @param observed returns what was last seen of the nodes
     * @param inDoubt returns the branches whose decision is not known here
     * @param threshold the age of a branch in doubt above which it is {@code IN_DOUBT_TOO_LONG}
     */
    public NodeReadiness(
            String node,
            Supplier<List<NodeStatus>> observed,
            Supplier<List<InDoubtBranch>> inDoubt,
            Duration threshold) {
        this.node = node;
        this.observed = observed;
        this.inDoubt = inDoubt;
        this.threshold = threshold;
    }

    @Override
    public HealthCheckResponse call() {
        List<NodeStatus> nodes = observed.get();
        NodeHealth health = NodeHealth.of(node, nodes, inDoubt.get(), threshold);
        Map<String, Object> data = new TreeMap<>();
        health.details().forEach((name, value) -> data.put(name, plain(value)));
        data.put("status", health.status().name());
        return new HealthCheckResponse(
                "postgresXa." + node, takesPart(nodes) ? Status.UP : Status.DOWN, Optional.of(data));
    }

    private boolean takesPart(List<NodeStatus> nodes) {
        return nodes.isEmpty()
                || nodes.stream()
                        .anyMatch(seen -> NodeHealth.of(seen.name(), nodes, List.of(), threshold)
                                .status()
                                .takesPart());
    }

    /** {@return a text, a whole number or a boolean: there is nothing else in an answer} */
    private static Object plain(Object value) {
        return value instanceof Number number
                ? number.longValue()
                : value instanceof Boolean ? value : value.toString();
    }
}
