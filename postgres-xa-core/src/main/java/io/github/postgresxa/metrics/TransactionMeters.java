package io.github.postgresxa.metrics;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** Counts transactions by outcome and times their ends. */
final class TransactionMeters {

    private final TransactionNames names;
    private final CommitTimers commit;
    private final Map<Outcome, LongAdder> ended = new EnumMap<>(Outcome.class);

    TransactionMeters(TransactionNames names) {
        this.names = names;
        this.commit = new CommitTimers(names.used());
        for (Outcome outcome : Outcome.values()) {
            ended.put(outcome, new LongAdder());
        }
    }

    void began(TransactionId id) {
        names.began(id);
    }

    void ended(TransactionId id, Outcome outcome, Duration commitTime) {
        LongAdder count = ended.get(outcome);
        if (count != null) {
            count.increment();
        }
        commit.record(outcome, names.ended(id), commitTime);
    }

    void bindTo(MeterRegistry registry, Supplier<Number> active) {
        ended.forEach((outcome, count) -> FunctionCounter.builder("postgres.xa.transactions", count, LongAdder::sum)
                .description("Transactions of this application that have ended.")
                .tag("outcome", Tags.of(outcome))
                .register(registry));
        commit.bindTo(registry);
        Gauge.builder("postgres.xa.active", active)
                .description("Active transactions of this application.")
                .register(registry);
    }
}
