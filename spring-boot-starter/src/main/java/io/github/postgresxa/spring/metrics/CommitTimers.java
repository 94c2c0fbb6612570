package io.github.postgresxa.spring.metrics;

import io.github.postgresxa.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Times the ends of transactions, on request by the names of the transactions. */
final class CommitTimers {

    private final boolean named;
    private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

    /** @param named whether there is a tag with the transaction's name */
    CommitTimers(boolean named) {
        this.named = named;
    }

    void bindTo(MeterRegistry registry) {
        registries.add(registry);
        if (!named) { // Otherwise the names are not known yet.
            for (Outcome outcome : Outcome.values()) {
                timer(registry, outcome, TransactionNames.NONE);
            }
        }
    }

    void record(Outcome outcome, String name, Duration time) {
        registries.forEach(registry -> timer(registry, outcome, name).record(time));
    }

    private Timer timer(MeterRegistry registry, Outcome outcome, String name) {
        Timer.Builder timer = Timer.builder("postgres.xa.commit")
                .description("Time from the call that ends a transaction to its answer.")
                .tag("outcome", Tags.of(outcome));
        return (named ? timer.tag(TransactionNames.TAG, name) : timer).register(registry);
    }
}
