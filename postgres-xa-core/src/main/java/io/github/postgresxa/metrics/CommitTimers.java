package io.github.postgresxa.metrics;

import io.github.postgresxa.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Times the ends of transactions, on request by the names of the transactions. A timer is looked up in its registry
 * once, not at every end.
 */
final class CommitTimers {

    private final boolean named;
    private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

    /** One timer per registry, by outcome and name. There are few names. */
    private final Map<Outcome, Map<String, List<Timer>>> timers = new EnumMap<>(Outcome.class);

    /** @param named whether there is a tag with the transaction's name */
    CommitTimers(boolean named) {
        this.named = named;
        for (Outcome outcome : Outcome.values()) {
            timers.put(outcome, new ConcurrentHashMap<>());
        }
    }

    void bindTo(MeterRegistry registry) {
        registries.add(registry);
        timers.values().forEach(Map::clear);
        if (!named) { // Otherwise the names are not known yet.
            for (Outcome outcome : Outcome.values()) {
                timer(registry, outcome, TransactionNames.NONE);
            }
        }
    }

    void record(Outcome outcome, String name, Duration time) {
        for (Timer timer : of(outcome, name)) {
            timer.record(time);
        }
    }

    private List<Timer> of(Outcome outcome, String name) {
        Map<String, List<Timer>> byName = timers.getOrDefault(outcome, Map.of());
        List<Timer> known = byName.get(name);
        return known != null
                ? known
                : byName.computeIfAbsent(
                        name,
                        any -> registries.stream()
                                .map(registry -> timer(registry, outcome, name))
                                .toList());
    }

    private Timer timer(MeterRegistry registry, Outcome outcome, String name) {
        Timer.Builder timer = Timer.builder("postgres.xa.commit")
                .description("Time from the call that ends a transaction to its answer.")
                .tag("outcome", Tags.of(outcome));
        return (named ? timer.tag(TransactionNames.TAG, name) : timer).register(registry);
    }
}
