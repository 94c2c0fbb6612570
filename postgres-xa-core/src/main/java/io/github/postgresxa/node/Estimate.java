package io.github.postgresxa.node;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The usual duration of something: the median of its latest durations. It is unknown until there are a few, an outlier
 * does not move it, and a small change does not either, so that what is derived from it stays the same. Adding takes no
 * lock and no memory.
 */
final class Estimate {

    /** How many durations count. More than half of them have to change before the median follows. */
    static final int WINDOW = 31;

    /** Fewer say nothing. */
    static final int FEW = 8;

    /** A change of less than this part is noise. */
    private static final int PART = 8;

    private static final long UNKNOWN = -1;

    private final AtomicBoolean busy = new AtomicBoolean();
    private final long[] latest = new long[WINDOW];
    private final long[] sorted = new long[WINDOW];
    private int count;
    private int next;
    private volatile long value = UNKNOWN;

    /**
     * Adds a duration, in nanoseconds. It is left out if another thread is adding one at this moment: one more or less
     * does not matter.
     */
    void add(long nanos) {
        if (!busy.compareAndSet(false, true)) {
            return;
        }
        try {
            if (count == WINDOW) {
                remove(latest[next]);
            }
            insert(nanos);
            latest[next] = nanos;
            next = (next + 1) % WINDOW;
            long median = sorted[count / 2];
            if (count >= FEW && (value == UNKNOWN || Math.abs(median - value) > value / PART)) {
                value = median;
            }
        } finally {
            busy.set(false);
        }
    }

    private void remove(long nanos) {
        int at = Arrays.binarySearch(sorted, 0, count, nanos);
        System.arraycopy(sorted, at + 1, sorted, at, count - at - 1);
        count--;
    }

    private void insert(long nanos) {
        int found = Arrays.binarySearch(sorted, 0, count, nanos);
        int at = found < 0 ? -found - 1 : found;
        System.arraycopy(sorted, at, sorted, at + 1, count - at);
        sorted[at] = nanos;
        count++;
    }

    /** {@return whether there are enough durations} */
    boolean isKnown() {
        return value != UNKNOWN;
    }

    /** {@return the usual duration in nanoseconds; not to be used before it {@link #isKnown}} */
    long nanos() {
        return value;
    }
}
