package io.github.postgresxa.cli.config;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The active profiles, and the question whether a document belongs to them. */
public final class Profiles {

    private final List<String> active;

    Profiles(List<String> active) {
        this.active = active.isEmpty() ? List.of("default") : List.copyOf(active);
    }

    List<String> active() {
        return active;
    }

    /**
     * Splits a list.
     *
     * @param list names with commas between them, or null
     * @return the names
     */
    public static List<String> names(@Nullable String list) {
        return list == null
                ? List.of()
                : Arrays.stream(list.split(","))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .toList();
    }

    /**
     * {@return whether a document is used}
     *
     * @param condition a list of expressions, one of which has to hold; empty for every profile
     */
    boolean accept(List<String> condition) {
        return condition.isEmpty() || condition.stream().anyMatch(this::holds);
    }

    private boolean holds(String expression) {
        if (expression.contains("(")) {
            throw new ConfigException(
                    "The profile expression '%s' has brackets, which are not understood here. Use --node."
                            .formatted(expression));
        }
        return expression.contains("&")
                ? parts(expression, "&").allMatch(this::is)
                : parts(expression, "\\|").anyMatch(this::is);
    }

    private static Stream<String> parts(String expression, String separator) {
        return Arrays.stream(expression.split(separator)).map(String::strip);
    }

    private boolean is(String name) {
        return name.startsWith("!") ? !active.contains(name.substring(1).strip()) : active.contains(name);
    }
}
