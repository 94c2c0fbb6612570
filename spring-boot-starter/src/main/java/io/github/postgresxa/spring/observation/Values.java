package io.github.postgresxa.spring.observation;

import io.micrometer.common.KeyValue;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Converts enumerations to values of observation keys. */
final class Values {

    private Values() {}

    static String of(@Nullable Enum<?> value) {
        return value == null ? KeyValue.NONE_VALUE : value.name().toLowerCase(Locale.ROOT);
    }
}
