package io.github.postgresxa;

import java.time.Duration;

/**
 * The pace of recovery. None of these times decides an outcome.
 *
 * @param enabled whether this process finishes what other processes began, default true; nodes are monitored in any
 *     case
 * @param interval the time between two passes over all nodes, default 1 s
 * @param grace how long recovery leaves a prepared branch without a decision to its coordinator, counted from when this
 *     process first saw it, default 2 s
 */
public record RecoverySettings(boolean enabled, Duration interval, Duration grace) {

    /** The default pace. */
    public static final RecoverySettings DEFAULT =
            new RecoverySettings(true, Duration.ofSeconds(1), Duration.ofSeconds(2));

    /** Checks the times. */
    public RecoverySettings {
        if (interval.isNegative() || interval.isZero()) {
            throw new InvalidConfigurationException(
                    "The recovery interval %s is not possible.".formatted(interval), "Choose a positive time.");
        }
        if (grace.isNegative()) {
            throw new InvalidConfigurationException("The recovery grace is negative.", "Choose a time of 0 or more.");
        }
    }
}
