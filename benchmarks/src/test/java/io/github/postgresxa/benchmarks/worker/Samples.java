package io.github.postgresxa.benchmarks.worker;

import java.util.Arrays;
import java.util.List;

/** The times of one client, unrounded. */
final class Samples {

    /** Enough room that it seldom grows while it is measured. */
    private static final int ROOM = 16_384;

    private long[] values = new long[ROOM];
    private int size;

    void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    int size() {
        return size;
    }

    /** {@return all of them, sorted} */
    static long[] sorted(List<Samples> all) {
        return all.stream()
                .flatMapToLong(s -> Arrays.stream(s.values, 0, s.size))
                .sorted()
                .toArray();
    }

    /** {@return the value below which this share of them lies; 0 if there is none} */
    static long quantile(long[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))];
    }
}
