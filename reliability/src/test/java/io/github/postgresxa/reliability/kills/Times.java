package io.github.postgresxa.reliability.kills;

import java.util.ArrayList;
import java.util.List;

/** Measured times, in milliseconds. */
final class Times {

    private final List<Long> millis = new ArrayList<>();

    void add(long time) {
        millis.add(time);
    }

    void addAll(Times other) {
        millis.addAll(other.millis);
    }

    int size() {
        return millis.size();
    }

    /** {@return the percentile, which this percentage of the times does not exceed} */
    long percentile(int percent) {
        List<Long> sorted = millis.stream().sorted().toList();
        int index = (int) Math.ceil(percent / 100.0 * sorted.size()) - 1;
        return sorted.get(Math.max(0, index));
    }

    long max() {
        return percentile(100);
    }

    @Override
    public String toString() {
        return millis.isEmpty()
                ? "none"
                : "%d: p50 %d, p99 %d, max %d".formatted(size(), percentile(50), percentile(99), max());
    }
}
