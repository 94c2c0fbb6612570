package io.github.postgresxa.metrics;

import io.github.postgresxa.CommitStep;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Times the steps of a transaction's end on each node. Every timer is registered before its first step, and a step
 * allocates nothing.
 */
final class StepMeters {

    /** One timer per registry, by node. */
    private record Timers(Map<String, List<Timer>> done, Map<String, List<Timer>> notDone) {

        Map<String, List<Timer>> of(boolean done) {
            return done ? this.done : notDone;
        }
    }

    private static final int REPORTED = 0;
    private static final int SINCE = 1;

    private final Map<CommitStep, Timers> timers = new EnumMap<>(CommitStep.class);

    /**
     * The running step: whether its beginning was reported, and when that was. It ends on the thread on which it began,
     * and there is no step within a step. A class of the JDK, because threads of a server keep it.
     */
    private final ThreadLocal<long[]> running = ThreadLocal.withInitial(() -> new long[2]);

    StepMeters() {
        for (CommitStep step : CommitStep.values()) {
            timers.put(step, new Timers(new ConcurrentHashMap<>(), new ConcurrentHashMap<>()));
        }
    }

    void begins() {
        long[] step = running.get();
        step[REPORTED] = 1;
        step[SINCE] = System.nanoTime();
    }

    void ended(CommitStep step, String node, boolean done) {
        long[] ended = running.get();
        Timers known = timers.get(step);
        if (ended[REPORTED] == 0 || known == null) {
            return;
        }
        ended[REPORTED] = 0;
        long time = System.nanoTime() - ended[SINCE];
        for (Timer timer : known.of(done).getOrDefault(node, List.of())) {
            timer.record(time, TimeUnit.NANOSECONDS);
        }
    }

    void bindTo(MeterRegistry registry, String node) {
        timers.forEach((step, known) -> {
            bindTo(registry, step, node, true, known);
            bindTo(registry, step, node, false, known);
        });
    }

    private static void bindTo(MeterRegistry registry, CommitStep step, String node, boolean done, Timers known) {
        known.of(done)
                .computeIfAbsent(node, any -> new CopyOnWriteArrayList<>())
                .add(Timer.builder("postgres.xa.step")
                        .description("Time of one step of a transaction's end on a node.")
                        .tag("step", Tags.of(step))
                        .tag("node", node)
                        .tag("done", Boolean.toString(done))
                        .register(registry));
    }
}
