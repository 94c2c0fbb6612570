package io.github.postgresxa.metrics;

import java.util.Locale;

/** Makes values of tags. A transaction's id is never one, because their number is unlimited. */
final class Tags {

    private Tags() {}

    static String of(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
