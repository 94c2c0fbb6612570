package io.github.postgresxa.reliability.matrix;

import io.github.postgresxa.RecoverySettings;
import java.time.Duration;

/** How fast recovery goes in the matrix, and how long faults last: long enough that recovery acts in the middle of them. */
final class Pace {

    static final RecoverySettings RECOVERY = new RecoverySettings(true, Duration.ofMillis(50), Duration.ofMillis(150));

    /** Watches, and recovers only when it is told to. */
    static final RecoverySettings ON_DEMAND =
            new RecoverySettings(false, Duration.ofMillis(50), Duration.ofMillis(150));

    /** What recovery takes with these settings, generously. */
    static final Duration RECOVERY_TIME = Duration.ofMillis(300);

    static final Duration SILENCE = RECOVERY_TIME.multipliedBy(3);

    static final Duration PAUSE = RECOVERY_TIME.multipliedBy(2);

    /** The longest that anything may take. */
    static final Duration LIMIT = Duration.ofSeconds(60);

    private Pace() {}
}
