package io.github.postgresxa.log;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Lets so many lines pass in so much time and counts the rest: one node that is down must not fill a disk with one sentence. */
public final class Throttle {

    private final int most;
    private final long per;
    private final LongSupplier nanos;
    private long began;
    private int passed;
    private long held;

    /**
     * @param most lines in that time
     * @param per that time
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

    /** {@return what to add to a line that passed: how many were held back since the last one, or nothing} */
    public synchronized String more() {
        long before = held;
        held = 0;
        return before == 0 ? "" : " (and %d more like this)".formatted(before);
    }
}
