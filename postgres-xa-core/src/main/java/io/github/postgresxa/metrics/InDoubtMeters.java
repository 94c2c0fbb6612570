package io.github.postgresxa.metrics;

import io.github.postgresxa.InDoubtBranch;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Supplier;

/** Shows how long the oldest branch in doubt of one node has been prepared. */
final class InDoubtMeters {

    private final String node;
    private final Supplier<? extends Collection<InDoubtBranch>> inDoubt;

    InDoubtMeters(String node, Supplier<? extends Collection<InDoubtBranch>> inDoubt) {
        this.node = node;
        this.inDoubt = inDoubt;
    }

    void bindTo(MeterRegistry registry) {
        Gauge.builder("postgres.xa.in.doubt.oldest", this::oldest)
                .description("Age of the oldest prepared branch whose decision is not known here.")
                .tag("node", node)
                .baseUnit("seconds")
                .register(registry);
    }

    private double oldest() {
        return Ages.seconds(inDoubt.get().stream()
                .filter(branch -> branch.node().equals(node))
                .map(InDoubtBranch::age)
                .max(Duration::compareTo)
                .orElse(null));
    }
}
