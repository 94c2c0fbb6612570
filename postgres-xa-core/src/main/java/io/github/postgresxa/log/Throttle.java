package io.github.postgresxa.log;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Limits how many lines are logged in a period and counts the rest, so that one node that is down does not fill a disk
 * with the same message.
 */
public final class Throttle {

    private final int most;
    private final long per;
    private final LongSupplier nanos;
    private long began;
    private int passed;
    private long held;

    /**
     * Creates a throttle whose first period begins now.
     *
     * @param most lines per period
     * @param per the period
     * @param nanos a monotonic clock
     */
    public Throttle(int most, Duration per, LongSupplier nanos) {
        this.most = most;
        this.per = per.toNanos();
        this.nanos = nanos;
        this.began = nanos.getAsLong();
    }

    /** {@return whether a line may be written now} */
    public synchronized boolean pass() {
        long now = nanos.getAsLong();
        if (now - began >= per) {
            began = now;
            passed = 0;
        }
        if (passed >= most) {
            held++;
            return false;
        }
        passed++;
        return true;
    }

    /** {@return a suffix for a line that passed: how many were suppressed since the last one, or an empty text} */
    public synchronized String more() {
        long before = held;
        held = 0;
        return before == 0 ? "" : " (and %d more like this)".formatted(before);
    }
}
