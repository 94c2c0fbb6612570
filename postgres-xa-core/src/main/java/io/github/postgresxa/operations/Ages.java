package io.github.postgresxa.operations;

import java.time.Duration;

/** Formats durations for people. */
final class Ages {

    private Ages() {}

    static String text(Duration age) {
        long seconds = age.toSeconds();
        if (seconds < 120) {
            return seconds + " s";
        }
        if (seconds < 7_200) {
            return seconds / 60 + " min";
        }
        return seconds < 172_800 ? seconds / 3_600 + " h" : seconds / 86_400 + " d";
    }
}
