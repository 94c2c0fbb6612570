package io.github.postgresxa.metrics;

import io.github.postgresxa.PostgresXa.PoolStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Shows a node's pool of connections for work. Spring Boot's {@code jdbc.connections.*} show the same under its names.
 */
final class PoolMeters {

    private final String node;
    private final Supplier<PoolStatus> pool;

    PoolMeters(String node, Supplier<PoolStatus> pool) {
        this.node = node;
        this.pool = pool;
    }

    void bindTo(MeterRegistry registry) {
        gauge(registry, "active", PoolStatus::active, "Connections for work in use.");
        gauge(registry, "open", PoolStatus::open, "Connections for work that are open, in use or not.");
        gauge(registry, "max", status -> status.settings().maxSize(), "Maximum number of connections for work.");
    }

    private void gauge(MeterRegistry registry, String name, ToDoubleFunction<PoolStatus> value, String description) {
        Gauge.builder("postgres.xa.pool." + name, () -> value.applyAsDouble(pool.get()))
                .description(description)
                .tag("node", node)
                .register(registry);
    }
}
