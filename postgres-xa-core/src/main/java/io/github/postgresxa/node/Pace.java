package io.github.postgresxa.node;

import java.time.Duration;

/** Time as the protocol knows it: monotonic, of this process alone. It sets the pace of retries and decides nothing. */
public interface Pace {

    /** The machine's. */
    Pace SYSTEM = new Pace() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public boolean pause(Duration length) {
            try {
                Thread.sleep(length.toMillis());
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    };

    /** {@return nanoseconds since a moment that never changes} */
    long nanos();

    /**
     * Waits.
     *
     * @param length how long
     * @return false if the thread was interrupted and should give up
     */
    boolean pause(Duration length);
}
