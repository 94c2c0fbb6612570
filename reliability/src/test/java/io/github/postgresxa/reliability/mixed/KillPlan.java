package io.github.postgresxa.reliability.mixed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which crash point is next: the one that was planned least often, of all messages of the protocol and all steps that
 * any instance has taken so far. So a new step is covered without a change here. Now and then it is any moment.
 */
final class KillPlan {

    private static final int ANY_MOMENT_EACH = 6;

    private final Random random;
    private final Map<CrashPoint, Integer> planned = new LinkedHashMap<>();
    private final Map<CrashPoint, Integer> kills = new LinkedHashMap<>();
    private int left;
    private int given;

    KillPlan(Random random) {
        this.random = random;
        WireSteps.crashPoints().forEach(point -> planned.put(point, 0));
    }

    /** Allows more kills. */
    synchronized void allow(int count) {
        left += count;
    }

    /** Allows no more kills. */
    synchronized void end() {
        left = 0;
    }

    synchronized int left() {
        return left;
    }

    /** Notes that an instance has taken a step. */
    synchronized void seen(String step) {
        planned.putIfAbsent(new CrashPoint(step, true), 0);
        planned.putIfAbsent(new CrashPoint(step, false), 0);
    }

    /** {@return the next crash point; null if no more kills are allowed} */
    synchronized @Nullable CrashPoint next() {
        if (left == 0) {
            return null;
        }
        left--;
        given++;
        if (given % ANY_MOMENT_EACH == 0) {
            return CrashPoint.ANY_MOMENT;
        }
        int least = planned.values().stream().mapToInt(Integer::intValue).min().orElseThrow();
        List<CrashPoint> rare = new ArrayList<>();
        planned.forEach((point, times) -> {
            if (times == least) {
                rare.add(point);
            }
        });
        CrashPoint chosen = rare.get(random.nextInt(rare.size()));
        planned.merge(chosen, 1, Integer::sum);
        return chosen;
    }

    /** Notes a kill, at the crash point at which it was. */
    synchronized void killed(CrashPoint point) {
        kills.merge(point, 1, Integer::sum);
    }

    /** {@return the kills since the last call, by crash point, in the order in which their steps were seen first} */
    synchronized Map<CrashPoint, Integer> takeKills() {
        Map<CrashPoint, Integer> all = new LinkedHashMap<>();
        Stream.concat(Stream.of(CrashPoint.ANY_MOMENT), planned.keySet().stream())
                .forEach(point -> all.put(point, kills.getOrDefault(point, 0)));
        kills.clear();
        return all;
    }
}
