package io.github.postgresxa.spring.health;

import io.github.postgresxa.NodeStatus;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/** Maps the last observation of one node to its health. */
final class NodeHealthIndicator implements HealthIndicator {

    private final String node;
    private final Supplier<? extends Collection<NodeStatus>> observed;
    private final InDoubtSummary summary;

    NodeHealthIndicator(String node, Supplier<? extends Collection<NodeStatus>> observed, InDoubtSummary summary) {
        this.node = node;
        this.observed = observed;
        this.summary = summary;
    }

    @Override
    public Health health() {
        return observed.get().stream()
                .filter(status -> status.name().equals(node))
                .findFirst()
                .map(this::health)
                .orElseGet(() -> Health.unknown().build());
    }

    private Health health(NodeStatus seen) {
        InDoubtSummary.Seen inDoubt = summary.now();
        Health.Builder health = Health.status(status(seen, inDoubt));
        detail(health, "serverVersion", seen.serverVersion());
        detail(health, "identity", seen.identity());
        health.withDetail("prepared", seen.preparedOurs());
        health.withDetail("foreign", seen.preparedForeign());
        detail(health, "oldestPreparedAge", text(seen.oldestPrepared()));
        health.withDetail("inDoubt", seen.inDoubt());
        detail(health, "oldestInDoubtAge", text(inDoubt.oldest()));
        if (!inDoubt.byHome().isEmpty()) {
            health.withDetail("inDoubtAtHome", inDoubt.byHome());
        }
        detail(health, "problem", seen.problem());
        health.withDetail("observedAt", seen.observedAt().toString());
        health.withDetail("lastPassAge", seen.lastPass().toString());
        return health.build();
    }

    private static Status status(NodeStatus seen, InDoubtSummary.Seen inDoubt) {
        if (seen.stalled()) { // What was seen before is out of date.
            return PostgresXaHealthContributor.RECOVERY_STALLED;
        }
        if (!seen.reachable()) {
            return Status.DOWN;
        }
        if (seen.problem() != null) {
            return Status.OUT_OF_SERVICE;
        }
        if (inDoubt.tooLong()) {
            return PostgresXaHealthContributor.IN_DOUBT_TOO_LONG;
        }
        return seen.inDoubt() > 0 ? PostgresXaHealthContributor.IN_DOUBT : Status.UP;
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
