package io.github.postgresxa.spring.health;

import io.github.postgresxa.health.HealthStatus;
import io.github.postgresxa.health.NodeHealth;
import java.util.function.Supplier;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/** Shows the health of one node. */
final class NodeHealthIndicator implements HealthIndicator {

    private final Supplier<NodeHealth> node;

    NodeHealthIndicator(Supplier<NodeHealth> node) {
        this.node = node;
    }

    @Override
    public Health health() {
        NodeHealth health = node.get();
        return Health.status(status(health.status()))
                .withDetails(health.details())
                .build();
    }

    static Status status(HealthStatus status) {
        return new Status(status.name(), status.description());
    }
}
