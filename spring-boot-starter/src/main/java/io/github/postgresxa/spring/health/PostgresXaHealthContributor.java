package io.github.postgresxa.spring.health;

import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.PostgresXa;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.Status;

/**
 * One component per node. It tells what the core last saw, so asking costs nothing and never waits for a node.
 *
 * <p>What an operator reads from a component:
 *
 * <ul>
 *   <li>{@code DOWN}: the node does not answer. Transactions that need it fail, all others go on.
 *   <li>{@code OUT_OF_SERVICE}: the node answers but may not take part; the detail {@code problem} says why.
 *   <li>{@code IN_DOUBT}: the node works, but holds prepared branches whose decision is not known here, usually because the
 *       node that keeps it does not answer (that one is then {@code DOWN} itself). They keep their locks. This status does not
 *       change the health of the whole, because taking the application out of traffic would settle nothing; if it is the
 *       status of every node, that of {@code postgresXa} is {@code UNKNOWN}. To let it count,
 *       list it: {@code management.endpoint.health.status.order=down,out-of-service,in-doubt,up,unknown}.
 *   <li>{@code UP}: none of these.
 * </ul>
 */
public final class PostgresXaHealthContributor implements CompositeHealthContributor {

    /** The status of a node that works and holds branches whose decision is not known here. */
    public static final Status IN_DOUBT =
            new Status("IN_DOUBT", "holds prepared branches whose decision is not known here");

    private final Map<String, HealthContributor> byNode = new LinkedHashMap<>();

    /**
     * @param xa the core
     */
    public PostgresXaHealthContributor(PostgresXa xa) {
        this(xa.nodeNames(), xa::nodes);
    }

    PostgresXaHealthContributor(Collection<String> nodes, Supplier<? extends Collection<NodeStatus>> observed) {
        nodes.forEach(node -> byNode.put(node, new NodeHealthIndicator(node, observed)));
    }

    @Override
    public @Nullable HealthContributor getContributor(String name) {
        return byNode.get(name);
    }

    @Override
    public Stream<Entry> stream() {
        return byNode.entrySet().stream().map(node -> new Entry(node.getKey(), node.getValue()));
    }
}
