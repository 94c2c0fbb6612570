package io.github.postgresxa.metrics;

import io.github.postgresxa.operations.ObservedNode;
import io.github.postgresxa.operations.Observer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Registers the meters {@code postgres.xa.*} that observed nodes have: those of what is prepared, under the same names
 * as where the transactions are managed.
 */
public final class ObserverMetrics implements MeterBinder {

    private final List<String> nodes;
    private final Supplier<? extends Collection<ObservedNode>> observed;

    /**
     * Creates the meters.
     *
     * @param observer observes the nodes
     */
    public ObserverMetrics(Observer observer) {
        this.nodes = observer.nodeNames();
        this.observed = observer::nodes;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        nodes.forEach(node -> bindTo(registry, node));
    }

    private void bindTo(MeterRegistry registry, String node) {
        gauge("postgres.xa.prepared", node, ObservedNode::ours)
                .description("Prepared transactions on the node.")
                .tag("owner", "ours")
                .register(registry);
        gauge("postgres.xa.prepared", node, seen -> seen.prepared() - seen.ours())
                .description("Prepared transactions on the node.")
                .tag("owner", "foreign")
                .register(registry);
        gauge("postgres.xa.prepared.oldest", node, seen -> Ages.seconds(seen.oldestOurs()))
                .description("Age of the oldest prepared branch.")
                .baseUnit("seconds")
                .register(registry);
        gauge("postgres.xa.prepared.foreign.oldest", node, seen -> Ages.seconds(seen.oldestForeign()))
                .description("Age of the oldest prepared transaction of others on the node.")
                .baseUnit("seconds")
                .register(registry);
        gauge("postgres.xa.prepared.max", node, ObservedNode::maxPrepared)
                .description("The server's max_prepared_transactions; 0 while unknown.")
                .register(registry);
        gauge("postgres.xa.in.doubt", node, ObservedNode::inDoubt)
                .description("Prepared branches whose decision is not known here.")
                .register(registry);
        gauge("postgres.xa.in.doubt.oldest", node, seen -> Ages.seconds(seen.oldestInDoubt()))
                .description("Age of the oldest prepared branch whose decision is not known here.")
                .baseUnit("seconds")
                .register(registry);
        gauge("postgres.xa.reachable", node, seen -> seen.reachable() ? 1 : 0)
                .description("1 if the node answered when it was last queried, otherwise 0.")
                .register(registry);
        gauge("postgres.xa.observed.age", node, seen -> Ages.seconds(seen.observed()))
                .description("Time since the node was last queried. It grows while a query gets no answer.")
                .baseUnit("seconds")
                .register(registry);
    }

    private Gauge.Builder<?> gauge(String name, String node, ToDoubleFunction<ObservedNode> value) {
        return Gauge.builder(name, () -> value(node, value)).tag("node", node);
    }

    private double value(String node, ToDoubleFunction<ObservedNode> value) {
        return observed.get().stream()
                .filter(seen -> seen.name().equals(node))
                .mapToDouble(value)
                .findFirst()
                .orElse(Double.NaN);
    }
}
