package io.github.postgresxa.metrics;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Converts ages to seconds, the base unit. */
final class Ages {

    private Ages() {}

    /** Converts an age. If there is none it is 0, so that an alarm ends with its cause. */
    static double seconds(@Nullable Duration age) {
        return age == null ? 0 : age.toMillis() / 1000.0;
    }
}
