package io.github.postgresxa.spring.metrics;

import io.github.postgresxa.NodeStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What was last seen of one node. */
final class NodeMeters {

    private final String node;
    private final Supplier<? extends Collection<NodeStatus>> observed;

    NodeMeters(String node, Supplier<? extends Collection<NodeStatus>> observed) {
        this.node = node;
        this.observed = observed;
    }

    void bindTo(MeterRegistry registry) {
        prepared("ours", NodeStatus::preparedOurs).register(registry);
        prepared("foreign", NodeStatus::preparedForeign).register(registry);
        gauge("postgres.xa.prepared.oldest", status -> seconds(status.oldestPrepared()))
                .description("Age of the oldest prepared branch.")
                .baseUnit("seconds")
                .register(registry);
        gauge("postgres.xa.in.doubt", NodeStatus::inDoubt)
                .description("Prepared branches whose decision is not known here.")
                .register(registry);
        gauge("postgres.xa.reachable", status -> status.reachable() ? 1 : 0)
                .description("1 if the node answered when it was last asked, else 0.")
                .register(registry);
    }

    private Gauge.Builder<?> prepared(String owner, ToDoubleFunction<NodeStatus> value) {
        return gauge("postgres.xa.prepared", value)
                .description("Prepared transactions on the node.")
                .tag("owner", owner);
    }

    private Gauge.Builder<?> gauge(String name, ToDoubleFunction<NodeStatus> value) {
        return Gauge.builder(name, () -> value(value)).tag("node", node);
    }

    private double value(ToDoubleFunction<NodeStatus> value) {
        return observed.get().stream()
                .filter(status -> status.name().equals(node))
                .mapToDouble(value)
                .findFirst()
                .orElse(Double.NaN);
    }

    private static double seconds(@org.jspecify.annotations.Nullable Duration age) {
        return age == null ? 0 : age.toMillis() / 1000.0;
    }
}
