package io.github.postgresxa.reliability.matrix;

import io.github.postgresxa.RecoverySettings;
import java.time.Duration;

/**
 * The pace of recovery in the matrix, and the length of faults: long enough that recovery acts in the middle of them.
 */
final class Pace {

    static final RecoverySettings RECOVERY = new RecoverySettings(true, Duration.ofMillis(50), Duration.ofMillis(150));

    /** Watches, and recovers only on request. */
    static final RecoverySettings ON_DEMAND =
            new RecoverySettings(false, Duration.ofMillis(50), Duration.ofMillis(150));

    /** A generous limit for recovery with these settings. */
    static final Duration RECOVERY_TIME = Duration.ofMillis(300);

    static final Duration SILENCE = RECOVERY_TIME.multipliedBy(3);

    static final Duration PAUSE = RECOVERY_TIME.multipliedBy(2);

    /** The limit for everything else. */
    static final Duration LIMIT = Duration.ofSeconds(60);

    private Pace() {}
}
