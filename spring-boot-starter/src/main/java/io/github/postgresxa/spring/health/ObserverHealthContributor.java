package io.github.postgresxa.spring.health;

import io.github.postgresxa.health.NodeHealth;
import io.github.postgresxa.operations.Observer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;

/**
 * Shows the health of each observed node as one component, with the statuses of {@link PostgresXaHealthContributor}.
 * It reports what was last seen, so a health check never waits for a node. A branch is in doubt when it is prepared for
 * longer than the grace, whoever prepared it.
 */
public final class ObserverHealthContributor implements CompositeHealthContributor {

    private final Map<String, HealthContributor> byNode = new LinkedHashMap<>();

    /**
     * Creates the contributor.
     *
     * @param observer observes the nodes
     * @param inDoubtThreshold the age of a branch in doubt above which its node is {@code IN_DOUBT_TOO_LONG}
     */
    public ObserverHealthContributor(Observer observer, Duration inDoubtThreshold) {
        observer.nodeNames()
                .forEach(node -> byNode.put(
                        node,
                        new NodeHealthIndicator(
                                () -> NodeHealth.ofObserved(node, observer.nodes(), inDoubtThreshold))));
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
