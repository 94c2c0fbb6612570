package io.github.postgresxa.metrics;

import io.github.postgresxa.NodeStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Shows the last observation of one node. */
final class NodeMeters {

    private final String node;
    private final Supplier<? extends Collection<NodeStatus>> observed;
    private final Supplier<Instant> now;

    NodeMeters(String node, Supplier<? extends Collection<NodeStatus>> observed) {
        this(node, observed, Instant::now);
    }

    NodeMeters(String node, Supplier<? extends Collection<NodeStatus>> observed, Supplier<Instant> now) {
        this.node = node;
        this.observed = observed;
        this.now = now;
    }

    void bindTo(MeterRegistry registry) {
        prepared("ours", NodeStatus::preparedOurs).register(registry);
        prepared("foreign", NodeStatus::preparedForeign).register(registry);
        gauge("postgres.xa.prepared.oldest", status -> Ages.seconds(status.oldestPrepared()))
                .description("Age of the oldest prepared branch.")
                .baseUnit("seconds")
                .register(registry);
        gauge("postgres.xa.prepared.max", NodeStatus::maxPrepared)
                .description("The server's max_prepared_transactions; 0 while unknown.")
                .register(registry);
        gauge("postgres.xa.in.doubt", NodeStatus::inDoubt)
                .description("Prepared branches whose decision is not known here.")
                .register(registry);
        gauge("postgres.xa.reachable", status -> status.reachable() ? 1 : 0)
                .description("1 if the node answered when it was last queried, otherwise 0.")
                .register(registry);
        gauge("postgres.xa.observed.age", status -> Ages.seconds(Duration.between(status.observedAt(), now.get())))
                .description("Time since the node was last queried. It grows while a query gets no answer.")
                .baseUnit("seconds")
                .register(registry);
        gauge("postgres.xa.recovery.pass.age", status -> Ages.seconds(status.lastPass()))
                .description("Time since recovery finished a scan of the node, whether it answered or not.")
                .baseUnit("seconds")
                .register(registry);
        gauge("postgres.xa.recovery.stalled", status -> status.stalled() ? 1 : 0)
                .description("1 if recovery in this instance does not finish scans of the node any more, otherwise 0.")
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
}
