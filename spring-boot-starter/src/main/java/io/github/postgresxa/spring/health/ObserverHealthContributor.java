package io.github.postgresxa.spring.health;

import io.github.postgresxa.operations.ObservedNode;
import io.github.postgresxa.operations.Observer;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

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
        observer.nodeNames().forEach(node -> byNode.put(node, new Indicator(node, observer::nodes, inDoubtThreshold)));
    }

    @Override
    public @Nullable HealthContributor getContributor(String name) {
        return byNode.get(name);
    }

    @Override
    public Stream<Entry> stream() {
        return byNode.entrySet().stream().map(node -> new Entry(node.getKey(), node.getValue()));
    }

    private record Indicator(String node, Supplier<? extends Collection<ObservedNode>> observed, Duration threshold)
            implements HealthIndicator {

        @Override
        public Health health() {
            return observed.get().stream()
                    .filter(seen -> seen.name().equals(node))
                    .findFirst()
                    .map(this::health)
                    .orElseGet(() -> Health.unknown().build());
        }

        private Health health(ObservedNode seen) {
            Health.Builder health = Health.status(status(seen));
            detail(health, "serverVersion", seen.serverVersion());
            health.withDetail("prepared", seen.ours());
            health.withDetail("foreign", seen.prepared() - seen.ours());
            detail(health, "oldestPreparedAge", text(seen.oldestOurs()));
            detail(health, "oldestForeignAge", text(seen.oldestForeign()));
            health.withDetail("inDoubt", seen.inDoubt());
            detail(health, "oldestInDoubtAge", text(seen.oldestInDoubt()));
            health.withDetail("xidAge", seen.xidAge());
            detail(health, "problem", seen.problem());
            health.withDetail("observedAge", seen.observed().toString());
            return health.build();
        }

        private Status status(ObservedNode seen) {
            if (!seen.reachable()) {
                return Status.DOWN;
            }
            if (seen.problem() != null) {
                return Status.OUT_OF_SERVICE;
            }
            Duration oldest = seen.oldestInDoubt();
            if (oldest != null && oldest.compareTo(threshold) > 0) {
                return PostgresXaHealthContributor.IN_DOUBT_TOO_LONG;
            }
            return oldest == null ? Status.UP : PostgresXaHealthContributor.IN_DOUBT;
        }

        private static void detail(Health.Builder health, String name, @Nullable Object value) {
            if (value != null) {
                health.withDetail(name, value);
            }
        }

        private static @Nullable String text(@Nullable Duration age) {
            return age == null ? null : age.toString();
        }
    }
}
