package io.github.postgresxa.spring.health;

import io.github.postgresxa.InDoubtBranch;
import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.health.HealthStatus;
import io.github.postgresxa.health.NodeHealth;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.Status;

/**
 * Shows the health of each node as one component. It reports what the core last saw, so a health check is cheap and
 * never waits for a node.
 *
 * <p>The status of a component:
 *
 * <ul>
 *   <li>{@code DOWN}: the node does not answer. Transactions that need it fail, all others continue.
 *   <li>{@code OUT_OF_SERVICE}: the node answers but may not take part; the detail {@code problem} says why.
 *   <li>{@code IN_DOUBT_TOO_LONG}: the node works, but for longer than the threshold it has held a prepared branch
 *       whose decision is not known here. The branch keeps its locks, and an operator needs to find out why; the
 *       details {@code inDoubtAtHome} name the homes that do not answer.
 *   <li>{@code IN_DOUBT}: the same, but for less time. Usually the node that keeps the decision does not answer (that
 *       one is {@code DOWN} itself), and recovery settles the branch as soon as it does.
 *   <li>{@code RECOVERY_STALLED}: recovery of this instance has not finished a scan of the node for more than ten
 *       intervals and more than a minute. The fault is in this process, not in the node; what is known of the node is
 *       out of date.
 *   <li>{@code UP}: none of these.
 * </ul>
 *
 * <p>The statuses {@code IN_DOUBT}, {@code IN_DOUBT_TOO_LONG} and {@code RECOVERY_STALLED} do not change the overall
 * health, because it would settle nothing to take the application out of traffic. If every node has one of them, that
 * of {@code postgresXa} is {@code UNKNOWN}. To let them count, set {@code management.endpoint.health.status.order} to
 * {@code down,out-of-service,recovery-stalled,in-doubt-too-long,in-doubt,up,unknown}.
 */
public final class PostgresXaHealthContributor implements CompositeHealthContributor {

    /** The status of a node that works and holds branches whose decision is not known here. */
    public static final Status IN_DOUBT = NodeHealthIndicator.status(HealthStatus.IN_DOUBT);

    /** The status of a node that has held such branches for longer than the threshold. */
    public static final Status IN_DOUBT_TOO_LONG = NodeHealthIndicator.status(HealthStatus.IN_DOUBT_TOO_LONG);

    /** The status of a node on which recovery of this instance does not finish its scans any more. */
    public static final Status RECOVERY_STALLED = NodeHealthIndicator.status(HealthStatus.RECOVERY_STALLED);

    private static final Duration THRESHOLD = Duration.ofMinutes(1);

    private final Map<String, HealthContributor> byNode = new LinkedHashMap<>();

    /**
     * Creates the contributor with a threshold of one minute.
     *
     * @param xa the core
     */
    public PostgresXaHealthContributor(PostgresXa xa) {
        this(xa, THRESHOLD);
    }

    /**
     * Creates the contributor.
     *
     * @param xa the core
     * @param inDoubtThreshold the age of a branch in doubt above which its node is {@code IN_DOUBT_TOO_LONG}
     */
    public PostgresXaHealthContributor(PostgresXa xa, Duration inDoubtThreshold) {
        this(xa.nodeNames(), xa::nodes, xa::inDoubt, inDoubtThreshold);
    }

    PostgresXaHealthContributor(
            Collection<String> nodes,
            Supplier<List<NodeStatus>> observed,
            Supplier<List<InDoubtBranch>> inDoubt,
            Duration inDoubtThreshold) {
        nodes.forEach(node -> byNode.put(
                node,
                new NodeHealthIndicator(() -> NodeHealth.of(node, observed.get(), inDoubt.get(), inDoubtThreshold))));
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
