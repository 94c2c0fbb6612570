package io.github.postgresxa.benchmarks.contender;

import io.agroal.api.AgroalDataSource;
import java.time.Duration;
import java.util.Collection;
import java.util.function.LongSupplier;

/**
 * Waits for pools that fill themselves in the background, one connection after the other. No time is measured before
 * they are full.
 */
final class Pools {

    private static final Duration LIMIT = Duration.ofSeconds(50);

    private Pools() {}

    static void awaitFilled(Collection<AgroalDataSource> pools, int connections) {
        pools.forEach(p -> awaitFilled(() -> p.getMetrics().availableCount(), connections));
    }

    /**
     * Waits until all pools are full.
     *
     * @param open how many connections a pool has
     * @param connections how many it shall have
     */
    static void awaitFilled(LongSupplier open, int connections) {
        long limit = System.nanoTime() + LIMIT.toNanos();
        while (open.getAsLong() < connections) {
            if (System.nanoTime() > limit) {
                throw new IllegalStateException("a pool has %d of %d connections after %d s"
                        .formatted(open.getAsLong(), connections, LIMIT.toSeconds()));
            }
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }
}
