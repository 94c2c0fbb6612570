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
 * @param share whether many instances share the passes over a node, default true. Up to three make them as often as one
 *     alone. Of more, seven watch the node, together about as often as three; the others close their sessions and look
 *     in about once a minute. Databases of one server in which nothing is prepared are watched from one session. If
 *     false, every instance makes its passes over every node as if it were alone
 */
public record RecoverySettings(boolean enabled, Duration interval, Duration grace, boolean share) {

    /** The default pace. */
    public static final RecoverySettings DEFAULT =
            new RecoverySettings(true, Duration.ofSeconds(1), Duration.ofSeconds(2));

    /**
     * Creates settings with shared passes.
     *
     * @param enabled whether this process finishes what other processes began
     * @param interval the time between two passes over all nodes
     * @param grace how long recovery leaves a prepared branch without a decision to its coordinator
     */
    public RecoverySettings(boolean enabled, Duration interval, Duration grace) {
        this(enabled, interval, grace, true);
    }

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
