package io.github.postgresxa;

import java.time.Duration;

/**
 * When a commit is acknowledged, and what a process sees of its commits.
 *
 * @param acknowledge when the caller gets its answer, default {@link Acknowledge#FINISHED}; a transaction can choose
 *     for itself with {@link PostgresXa#acknowledge}
 * @param readYourWrites how long after its acknowledgement statements wait for a commit that this process acknowledged
 *     before they began, and has not finished on their node; default 5 s, 0 for no wait
 */
public record CommitSettings(Acknowledge acknowledge, Duration readYourWrites) {

    /** The default settings. */
    public static final CommitSettings DEFAULT = new CommitSettings(Acknowledge.FINISHED, Duration.ofSeconds(5));

    /** Checks the limit. */
    public CommitSettings {
        if (readYourWrites.isNegative()) {
            throw new InvalidConfigurationException(
                    "The limit of the wait for acknowledged commits (read-your-writes) is negative.",
                    "Choose a time above 0, or 0 if statements shall not wait.");
        }
    }
}
