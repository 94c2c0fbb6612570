package io.github.postgresxa.spring.health;

import io.github.postgresxa.InDoubtBranch;
import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.PostgresXa;
import java.time.Duration;
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
 *   <li>{@code IN_DOUBT_TOO_LONG}: the node works, but for longer than the threshold it has held a prepared branch whose decision is not known here. It keeps
 *       its locks, and a person should look why; the details {@code inDoubtAtHome} say who is asked in vain.
 *   <li>{@code IN_DOUBT}: the same, not for so long; usually the node that keeps the decision does not answer (that one is then {@code DOWN} itself) and
 *       recovery settles the branch as soon as it does.
 *   <li>{@code RECOVERY_STALLED}: recovery of this instance has not finished a look at the node for more than ten intervals and more than a minute. The
 *       fault is in this process, not in the node; the other statuses would be out of date.
 *   <li>{@code UP}: none of these.
 * </ul>
 *
 * <p>The two about doubt and the one about recovery do not change the health of the whole, because taking the application out of traffic would settle nothing; if they are the
 * status of every node, that of {@code postgresXa} is {@code UNKNOWN}. To let them count, list them:
 * {@code management.endpoint.health.status.order=down,out-of-service,recovery-stalled,in-doubt-too-long,in-doubt,up,unknown}.
 */
public final class PostgresXaHealthContributor implements CompositeHealthContributor {

    /** The status of a node that works and holds branches whose decision is not known here. */
    public static final Status IN_DOUBT =
            new Status("IN_DOUBT", "holds prepared branches whose decision is not known here");

    /** The same, for so long that a person should look. */
    public static final Status IN_DOUBT_TOO_LONG = new Status(
            "IN_DOUBT_TOO_LONG",
            "has held prepared branches whose decision is not known here for so long that a person should look");

    /** Recovery of this instance finishes nothing on the node any more. */
    public static final Status RECOVERY_STALLED =
            new Status("RECOVERY_STALLED", "recovery of this instance has not finished a look at it for too long");

    private static final Duration THRESHOLD = Duration.ofMinutes(1);

    private final Map<String, HealthContributor> byNode = new LinkedHashMap<>();

    /**
     * With a threshold of one minute.
     *
     * @param xa the core
     */
    public PostgresXaHealthContributor(PostgresXa xa) {
        this(xa, THRESHOLD);
    }

    /**
     * @param xa the core
     * @param inDoubtThreshold how old a branch in doubt may be before a person should look
     */
    public PostgresXaHealthContributor(PostgresXa xa, Duration inDoubtThreshold) {
        this(xa.nodeNames(), xa::nodes, xa::inDoubt, inDoubtThreshold);
    }

    PostgresXaHealthContributor(
            Collection<String> nodes,
            Supplier<? extends Collection<NodeStatus>> observed,
            Supplier<? extends Collection<InDoubtBranch>> inDoubt,
            Duration inDoubtThreshold) {
        nodes.forEach(node -> byNode.put(
                node, new NodeHealthIndicator(node, observed, new InDoubtSummary(node, inDoubt, inDoubtThreshold))));
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
