package io.github.postgresxa.metrics;

import io.github.postgresxa.NodeStatistics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Shows what changes slowly on one node: the decision log, the age of foreign prepared transactions, and how long
 * answers take.
 */
final class StatisticsMeters {

    private final String node;
    private final Supplier<? extends Collection<NodeStatistics>> statistics;

    StatisticsMeters(String node, Supplier<? extends Collection<NodeStatistics>> statistics) {
        this.node = node;
        this.statistics = statistics;
    }

    void bindTo(MeterRegistry registry) {
        Gauge.builder("postgres.xa.decision.rows", () -> value(StatisticsMeters::decisionRows))
                .description("Decisions that the node keeps, as its own statistics estimate them.")
                .tag("node", node)
                .register(registry);
        Gauge.builder("postgres.xa.prepared.foreign.oldest", () -> value(of -> Ages.seconds(of.oldestForeign())))
                .description("Age of the oldest prepared transaction of others on the node.")
                .tag("node", node)
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("postgres.xa.round.trip", () -> value(of -> seconds(of.roundTrip())))
                .description("Usual time of an answer for which the node waits for no disk.")
                .tag("node", node)
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("postgres.xa.commit.step", () -> value(of -> seconds(of.commitStep())))
                .description("Usual time of a prepare or a decision. The homes of transactions are chosen by it.")
                .tag("node", node)
                .baseUnit("seconds")
                .register(registry);
    }

    private static double seconds(@Nullable Duration usual) {
        return usual == null ? Double.NaN : usual.toNanos() / 1e9;
    }

    private static double decisionRows(NodeStatistics of) {
        Long rows = of.decisionRows();
        return rows == null ? Double.NaN : rows;
    }

    private double value(ToDoubleFunction<NodeStatistics> value) {
        return statistics.get().stream()
                .filter(each -> each.node().equals(node))
                .mapToDouble(value)
                .findFirst()
                .orElse(Double.NaN);
    }
}
