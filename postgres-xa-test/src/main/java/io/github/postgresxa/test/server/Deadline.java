package io.github.postgresxa.test.server;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition of the outside world, but not for ever. */
public final class Deadline {
    private static final Duration POLL = Duration.ofMillis(10);

    private final Duration limit;
    private final long end;

    private Deadline(Duration limit) {
        this.limit = limit;
        this.end = System.nanoTime() + limit.toNanos();
    }

    /** {@return a deadline that far from now} */
    public static Deadline in(Duration limit) {
        return new Deadline(limit);
    }

    boolean isOver() {
        return System.nanoTime() - end >= 0;
    }

    /**
     * Waits until the condition is true.
     *
     * @throws IllegalStateException with this message if the condition is still false at the end
     */
    public void await(BooleanSupplier condition, Supplier<String> message) {
        while (!condition.getAsBoolean()) {
            if (isOver()) {
                throw new IllegalStateException("%s (waited %d s)".formatted(message.get(), limit.toSeconds()));
            }
            poll();
        }
    }

    /** Waits a moment before the next check. */
    static void poll() {
        try {
            Thread.sleep(POLL.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a PostgreSQL server", e);
        }
    }
}
