package io.github.postgresxa.samples.jakarta.server;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition of the outside world, but not for ever. */
public final class Wait {

    private static final Duration POLL = Duration.ofMillis(50);

    private Wait() {}

    public static void atMost(Duration limit, BooleanSupplier condition, Supplier<String> otherwise) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("%s (waited %d s)".formatted(otherwise.get(), limit.toSeconds()));
            }
            aMoment();
        }
    }

    /** Waits before the next check. */
    public static void aMoment() {
        try {
            Thread.sleep(POLL.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
