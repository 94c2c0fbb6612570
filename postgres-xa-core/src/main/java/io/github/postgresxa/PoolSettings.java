package io.github.postgresxa;

import java.time.Duration;

/**
 * Limits of one node's connection pool. Recovery has its own connections and never waits for this pool.
 *
 * @param maxSize the most connections for work, default 10
 * @param minSize connections kept open, default 0
 * @param acquisitionTimeout how long a caller waits for a free connection, default 5 s
 * @param idleTimeout an unused connection above {@code minSize} is closed after this time, default 10 min; zero for
 *     never
 * @param maxLifetime a connection older than this is replaced, default 30 min; zero for never
 * @param validationIdle a connection unused for longer than this is validated before it is handed out, default 30 s
 * @param discardAll whether a returned connection loses all session state, also what was set or created in SQL (as with
 *     {@code DISCARD ALL}); costs a round trip each time, and the server's prepared statements. Default false: only
 *     what was set over the JDBC API is reset
 */
public record PoolSettings(
        int maxSize,
        int minSize,
        Duration acquisitionTimeout,
        Duration idleTimeout,
        Duration maxLifetime,
        Duration validationIdle,
        boolean discardAll) {

    /** The default limits. */
    public static final PoolSettings DEFAULT = new PoolSettings(
            10,
            0,
            Duration.ofSeconds(5),
            Duration.ofMinutes(10),
            Duration.ofMinutes(30),
            Duration.ofSeconds(30),
            false);

    /** Checks the sizes. */
    public PoolSettings {
        if (maxSize < 1 || minSize < 0 || minSize > maxSize) {
            throw new InvalidConfigurationException(
                    "A pool with min-size %d and max-size %d is not possible.".formatted(minSize, maxSize),
                    "Choose 0 <= min-size <= max-size and max-size >= 1.");
        }
        if (acquisitionTimeout.isNegative() || acquisitionTimeout.isZero()) {
            throw new InvalidConfigurationException(
                    "The pool's acquisition-timeout %s is not possible.".formatted(acquisitionTimeout),
                    "Choose a positive time, for example 5s.");
        }
    }

    /**
     * Creates limits with {@code discardAll} off.
     *
     * @param maxSize the most connections for work
     * @param minSize connections kept open
     * @param acquisitionTimeout how long a caller waits for a free connection
     * @param idleTimeout an unused connection above {@code minSize} is closed after this time; zero for never
     * @param maxLifetime a connection older than this is replaced; zero for never
     * @param validationIdle a connection unused for longer than this is validated before it is handed out
     */
    public PoolSettings(
            int maxSize,
            int minSize,
            Duration acquisitionTimeout,
            Duration idleTimeout,
            Duration maxLifetime,
            Duration validationIdle) {
        this(maxSize, minSize, acquisitionTimeout, idleTimeout, maxLifetime, validationIdle, false);
    }

    /**
     * Returns these settings with another maximum size.
     *
     * @param size the most connections
     * @return the changed copy
     */
    public PoolSettings withMaxSize(int size) {
        return new PoolSettings(
                size,
                Math.min(minSize, size),
                acquisitionTimeout,
                idleTimeout,
                maxLifetime,
                validationIdle,
                discardAll);
    }

    /**
     * Returns these settings with {@code discardAll} on or off.
     *
     * @param discard whether a returned connection loses all session state
     * @return the changed copy
     */
    public PoolSettings withDiscardAll(boolean discard) {
        return new PoolSettings(
                maxSize, minSize, acquisitionTimeout, idleTimeout, maxLifetime, validationIdle, discard);
    }
}
