package io.github.postgresxa.node;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The protocol's clock: monotonic, and valid in this process only. It sets the pace of retries and decides nothing. */
public interface MonotonicClock {

    /** The machine's clock. */
    MonotonicClock SYSTEM = new MonotonicClock() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public boolean pause(Duration length) {
            Uninterruptibles.pause(length);
            return true;
        }
    };

    /** {@return nanoseconds since a fixed moment} */
    long nanos();

    /**
     * Waits, also on an interrupted thread.
     *
     * @param length how long
     * @return false if the caller should give up
     */
    boolean pause(Duration length);

    /**
     * Waits for an event, also on an interrupted thread.
     *
     * @param event the event
     * @param limit how long to wait at most
     */
    default void await(CompletableFuture<?> event, Duration limit) {
        Uninterruptibles.await(event, limit);
    }
}
