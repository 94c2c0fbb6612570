package io.github.postgresxa.configuration;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.log.Sanitizer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the values of keys. Each error names its key. */
final class Values {

    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("([+-]?\\d+)([a-zA-Z]{0,2})");
    private static final Map<String, ChronoUnit> UNITS = Map.of(
            "",
            ChronoUnit.MILLIS,
            "ns",
            ChronoUnit.NANOS,
            "us",
            ChronoUnit.MICROS,
            "ms",
            ChronoUnit.MILLIS,
            "s",
            ChronoUnit.SECONDS,
            "m",
            ChronoUnit.MINUTES,
            "h",
            ChronoUnit.HOURS,
            "d",
            ChronoUnit.DAYS);
    private static final Set<String> TRUE = Set.of("true", "on", "yes", "1");
    private static final Set<String> FALSE = Set.of("false", "off", "no", "0");

    private final Function<String, @Nullable String> lookup;

    Values(Function<String, @Nullable String> lookup) {
        this.lookup = lookup;
    }

    /** {@return a text as it is written, also an empty one; null if it is not set and has no default} */
    @Nullable
    String text(Key key, String node) {
        String value = lookup.apply(key.whole(node));
        return value == null ? key.defaultValue() : value;
    }

    boolean flag(Key key, String node) {
        String value = needed(key, node);
        String word = value.toLowerCase(Locale.ROOT);
        if (!TRUE.contains(word) && !FALSE.contains(word)) {
            throw wrong(key, node, value, "is neither true nor false", "Write true or false.");
        }
        return TRUE.contains(word);
    }

    int number(Key key, String node) {
        String value = needed(key, node);
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw wrong(
                    key,
                    node,
                    value,
                    "is no number",
                    "Write a whole number, for example %s.".formatted(key.defaultValue()));
        }
    }

    Duration duration(Key key, String node) {
        String value = needed(key, node);
        try {
            Matcher parts = NUMBER_AND_UNIT.matcher(value);
            if (!parts.matches()) {
                return Duration.parse(value);
            }
            ChronoUnit unit = UNITS.get(parts.group(2).toLowerCase(Locale.ROOT));
            if (unit != null) {
                return Duration.of(Long.parseLong(parts.group(1)), unit);
            }
        } catch (DateTimeException | ArithmeticException | NumberFormatException notATime) {
            throw noTime(key, node, value);
        }
        throw noTime(key, node, value);
    }

    private static InvalidConfigurationException noTime(Key key, String node, String value) {
        return wrong(
                key,
                node,
                value,
                "is no length of time",
                "Write a whole number with its unit (ms, s, m, h or d), for example %s."
                        .formatted(key.defaultValue() == null ? "30s" : key.defaultValue()));
    }

    String choice(Key key, String node) {
        String value = needed(key, node);
        return key.choices().stream()
                .filter(choice -> PropertyName.uniform(choice).equals(PropertyName.uniform(value)))
                .findFirst()
                .orElseThrow(() -> wrong(key, node, value, "is none of its values", oneOf(key, value)));
    }

    private static String oneOf(Key key, String value) {
        String all = "Write one of: %s.".formatted(String.join(", ", key.choices()));
        return Spelling.nearest(PropertyName.uniform(value), key.choices())
                .map(nearest -> "Did you mean %s? %s".formatted(nearest, all))
                .orElse(all);
    }

    /** {@return a value that is not empty; an empty one means the default} */
    private String needed(Key key, String node) {
        String value = text(key, node);
        String set = value == null || value.isBlank() ? key.defaultValue() : value.strip();
        if (set == null) {
            throw new IllegalArgumentException(key.whole(node) + " has no default");
        }
        return set;
    }

    private static InvalidConfigurationException wrong(
            Key key, String node, String value, String problem, String action) {
        return new InvalidConfigurationException(
                "%s is '%s', which %s.".formatted(key.whole(node), Sanitizer.escaped(value), problem), action);
    }
}
