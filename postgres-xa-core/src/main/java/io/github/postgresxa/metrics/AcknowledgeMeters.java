package io.github.postgresxa.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts and times commits that are acknowledged when they are decided. */
final class AcknowledgeMeters {

    private final AtomicInteger unfinished = new AtomicInteger();
    private final List<Timer> finished = new CopyOnWriteArrayList<>();
    private final List<Timer> leftToRecovery = new CopyOnWriteArrayList<>();
    private final Map<String, LongAdder> noLongerAwaited = new ConcurrentHashMap<>();

    void acknowledged() {
        unfinished.incrementAndGet();
    }

    void carriedOut(boolean everywhere, Duration after) {
        unfinished.decrementAndGet();
        (everywhere ? finished : leftToRecovery).forEach(timer -> timer.record(after));
    }

    void noLongerAwaited(String node) {
        count(node).increment();
    }

    private LongAdder count(String node) {
        return noLongerAwaited.computeIfAbsent(node, key -> new LongAdder());
    }

    void bindTo(MeterRegistry registry) {
        Gauge.builder("postgres.xa.acknowledged", unfinished, AtomicInteger::get)
                .description("Transactions that were acknowledged when they were decided and are not finished yet.")
                .register(registry);
        finished.add(timer(registry, true));
        leftToRecovery.add(timer(registry, false));
    }

    void bindTo(MeterRegistry registry, String node) {
        FunctionCounter.builder("postgres.xa.no.longer.awaited", count(node), LongAdder::sum)
                .description("Acknowledged transactions for which statements on the node wait no longer.")
                .tag("node", node)
                .register(registry);
    }

    private static Timer timer(MeterRegistry registry, boolean everywhere) {
        return Timer.builder("postgres.xa.carried.out")
                .description("Time from the acknowledgement of a transaction to the end of its last branch.")
                .tag("everywhere", Boolean.toString(everywhere))
                .register(registry);
    }
}
