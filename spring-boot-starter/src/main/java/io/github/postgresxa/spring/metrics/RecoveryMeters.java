package io.github.postgresxa.spring.metrics;

import io.github.postgresxa.Outcome;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What recovery has finished in the place of others. */
final class RecoveryMeters {

    private record Key(String node, Outcome outcome) {}

    private final Map<Key, LongAdder> finished = new ConcurrentHashMap<>();

    void finished(String node, Outcome outcome) {
        count(node, outcome).increment();
    }

    void bindTo(MeterRegistry registry, String node) {
        for (Outcome outcome : List.of(Outcome.COMMITTED, Outcome.ROLLED_BACK)) {
            FunctionCounter.builder("postgres.xa.recovered", count(node, outcome), LongAdder::sum)
                    .description("Prepared branches that recovery has finished.")
                    .tag("node", node)
                    .tag("outcome", Tags.of(outcome))
                    .register(registry);
        }
    }

    private LongAdder count(String node, Outcome outcome) {
        return finished.computeIfAbsent(new Key(node, outcome), key -> new LongAdder());
    }
}
