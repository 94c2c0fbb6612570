package io.github.postgresxa.spring.metrics;

import io.github.postgresxa.Outcome;
import java.util.Locale;

/** Values of tags. Never a transaction's id: there is no end of them. */
final class Tags {

    private Tags() {}

    static String of(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }
}
