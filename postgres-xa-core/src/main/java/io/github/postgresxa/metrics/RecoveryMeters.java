package io.github.postgresxa.metrics;

import io.github.postgresxa.Outcome;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts fences, branches that recovery has finished, and branches that ended against their decision. */
final class RecoveryMeters {

    private record Key(String node, Outcome outcome) {}

    private final Map<Key, LongAdder> finished = new ConcurrentHashMap<>();

    private final Map<Key, LongAdder> contradicted = new ConcurrentHashMap<>();

    private final Map<String, LongAdder> fenced = new ConcurrentHashMap<>();

    void contradicted(String node, Outcome decided) {
        count(contradicted, node, decided).increment();
    }

    void finished(String node, Outcome outcome) {
        count(finished, node, outcome).increment();
    }

    void fenced(String home) {
        fences(home).increment();
    }

    void bindTo(MeterRegistry registry, String node) {
        FunctionCounter.builder("postgres.xa.fences", fences(node), LongAdder::sum)
                .description("Transactions that recovery has fenced at this home: they can never commit.")
                .tag("node", node)
                .register(registry);
        for (Outcome outcome : List.of(Outcome.COMMITTED, Outcome.ROLLED_BACK)) {
            FunctionCounter.builder("postgres.xa.recovered", count(finished, node, outcome), LongAdder::sum)
                    .description("Prepared branches that recovery has finished.")
                    .tag("node", node)
                    .tag("outcome", Tags.of(outcome))
                    .register(registry);
            FunctionCounter.builder("postgres.xa.heuristics", count(contradicted, node, outcome), LongAdder::sum)
                    .description("Branches that ended against the decision of their transaction.")
                    .tag("node", node)
                    .tag("decided", Tags.of(outcome))
                    .register(registry);
        }
    }

    private LongAdder fences(String home) {
        return fenced.computeIfAbsent(home, key -> new LongAdder());
    }

    private static LongAdder count(Map<Key, LongAdder> counts, String node, Outcome outcome) {
        return counts.computeIfAbsent(new Key(node, outcome), key -> new LongAdder());
    }
}
