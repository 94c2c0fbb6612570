package io.github.postgresxa.support;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for a condition, not for a time. */
public final class Eventually {

    private Eventually() {}

    public static void eventually(Duration limit, String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + limit + ": " + what);
            }
            Thread.sleep(20);
        }
    }
}
