package io.github.postgresxa.spring.metrics;

import io.github.postgresxa.CommitStep;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Times the steps of a transaction's end on each node. */
final class StepMeters {

    private record Key(CommitStep step, String node, boolean done) {}

    private final Map<Key, List<Timer>> timers = new ConcurrentHashMap<>();

    /** The start of the running step. It ends on the thread on which it began, and there is no step within a step. */
    private final ThreadLocal<Long> began = new ThreadLocal<>();

    void begins() {
        began.set(System.nanoTime());
    }

    void ended(CommitStep step, String node, boolean done) {
        Long start = began.get();
        began.remove();
        if (start != null) {
            Duration time = Duration.ofNanos(System.nanoTime() - start);
            timers.getOrDefault(new Key(step, node, done), List.of()).forEach(timer -> timer.record(time));
        }
    }

    void bindTo(MeterRegistry registry, String node) {
        for (CommitStep step : CommitStep.values()) {
            bindTo(registry, new Key(step, node, true));
            bindTo(registry, new Key(step, node, false));
        }
    }

    private void bindTo(MeterRegistry registry, Key key) {
        timers.computeIfAbsent(key, any -> new CopyOnWriteArrayList<>())
                .add(Timer.builder("postgres.xa.step")
                        .description("Time of one step of a transaction's end on a node.")
                        .tag("step", Tags.of(key.step))
                        .tag("node", key.node)
                        .tag("done", Boolean.toString(key.done))
                        .register(registry));
    }
}
