package io.github.postgresxa.reliability.matrix;

import java.time.Duration;

/** Waits for conditions. */
final class Await {

    private static final long LOOK_AGAIN_MILLIS = 10;

    private Await() {}

    /** A condition of the outside world. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws Exception;
    }

    /** {@return whether it became true in time} */
    static boolean until(Duration limit, Condition condition) throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            pause();
        }
        return true;
    }

    static void pause() throws InterruptedException {
        Thread.sleep(LOOK_AGAIN_MILLIS);
    }
}
