package io.github.postgresxa.cdi.health;

import io.github.postgresxa.health.HealthStatus;
import io.github.postgresxa.health.NodeHealth;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
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
    private final List<String> all;
    private final Function<String, NodeHealth> seen;

    /**
     * Creates the check.
     *
     * @param node the node's name
     * @param all the names of all nodes of the application
     * @param seen returns what was last seen of a node
     */
    public NodeReadiness(String node, List<String> all, Function<String, NodeHealth> seen) {
        this.node = node;
        this.all = List.copyOf(all);
        this.seen = seen;
    }

    @Override
    public HealthCheckResponse call() {
        NodeHealth health = seen.apply(node);
        Map<String, Object> data = new TreeMap<>();
        health.details().forEach((name, value) -> data.put(name, plain(value)));
        data.put("status", health.status().name());
        boolean takesPart = health.status().takesPart() || all.stream().anyMatch(this::takesPart);
        return new HealthCheckResponse("postgresXa." + node, takesPart ? Status.UP : Status.DOWN, Optional.of(data));
    }

    private boolean takesPart(String other) {
        return seen.apply(other).status().takesPart();
    }

    /** {@return a text, a whole number or a boolean: there is nothing else in an answer} */
    private static Object plain(Object value) {
        return value instanceof Number number
                ? number.longValue()
                : value instanceof Boolean ? value : value.toString();
    }
}
