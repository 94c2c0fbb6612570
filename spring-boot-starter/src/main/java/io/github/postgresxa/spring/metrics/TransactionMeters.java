package io.github.postgresxa.spring.metrics;

import io.github.postgresxa.Outcome;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** How transactions ended and how long their ends took. */
final class TransactionMeters {

    private final Map<Outcome, LongAdder> ended = new EnumMap<>(Outcome.class);
    private final Map<Outcome, List<Timer>> commit = new EnumMap<>(Outcome.class);

    TransactionMeters() {
        for (Outcome outcome : Outcome.values()) {
            ended.put(outcome, new LongAdder());
            commit.put(outcome, new CopyOnWriteArrayList<>());
        }
    }

    void ended(Outcome outcome, Duration commitTime) {
        ended.getOrDefault(outcome, new LongAdder()).increment();
        commit.getOrDefault(outcome, List.of()).forEach(timer -> timer.record(commitTime));
    }

    void bindTo(MeterRegistry registry, Supplier<Number> active) {
        ended.forEach((outcome, count) -> FunctionCounter.builder("postgres.xa.transactions", count, LongAdder::sum)
                .description("Transactions of this application that have ended.")
                .tag("outcome", Tags.of(outcome))
                .register(registry));
        commit.forEach((outcome, timers) -> timers.add(Timer.builder("postgres.xa.commit")
                .description("Time from the call that ends a transaction to its answer.")
                .tag("outcome", Tags.of(outcome))
                .register(registry)));
        Gauge.builder("postgres.xa.active", active)
                .description("Transactions of this application that are under way.")
                .register(registry);
    }
}
