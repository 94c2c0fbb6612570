package io.github.postgresxa.spring.metrics;

import java.util.Locale;

/** Values of tags. Never a transaction's id: there is no end of them. */
final class Tags {

    private Tags() {}

    static String of(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
