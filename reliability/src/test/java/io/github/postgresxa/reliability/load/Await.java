package io.github.postgresxa.reliability.load;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for a condition, not for a time. */
public final class Await {

    private Await() {}

    /**
     * Waits until a condition is true.
     *
     * @param limit how long to wait at most
     * @param what names the condition in the message
     * @param condition what has to become true
     */
    public static void until(Duration limit, String what, Callable<Boolean> condition) {
        if (!within(limit, condition)) {
            throw new AssertionError("not within " + limit + ": " + what);
        }
    }

    /** {@return whether it became true in time} */
    public static boolean within(Duration limit, Callable<Boolean> condition) {
        long end = System.nanoTime() + limit.toNanos();
        try {
            while (!condition.call()) {
                if (System.nanoTime() > end) {
                    return false;
                }
                Thread.sleep(10);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } catch (Exception e) {
            throw new AssertionError("the condition cannot be checked", e);
        }
    }
}
