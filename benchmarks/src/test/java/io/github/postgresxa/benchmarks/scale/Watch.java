package io.github.postgresxa.benchmarks.scale;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the branches that recovery finishes, and notes the times of the first and the last one. */
final class Watch implements XaListener {

    private final long start = System.nanoTime();
    private final CountDownLatch left;
    private final AtomicInteger alarms = new AtomicInteger();
    private volatile long first;
    private volatile long last;

    Watch(int branches) {
        left = new CountDownLatch(branches);
    }

    @Override
    public void recovered(TransactionId id, String node, Outcome outcome) {
        last = System.nanoTime();
        if (first == 0) {
            first = last;
        }
        left.countDown();
    }

    @Override
    public void heuristic(TransactionId id, String node, Outcome decided, Outcome actual) {
        alarms.incrementAndGet();
    }

    boolean await(long seconds) throws InterruptedException {
        return left.await(seconds, TimeUnit.SECONDS);
    }

    int alarms() {
        return alarms.get();
    }

    long open() {
        return left.getCount();
    }

    /** {@return seconds from the start to the first finished branch} */
    double firstAfter() {
        return (first - start) / 1e9;
    }

    /** {@return seconds from the start to the last finished branch} */
    double lastAfter() {
        return (last - start) / 1e9;
    }
}
