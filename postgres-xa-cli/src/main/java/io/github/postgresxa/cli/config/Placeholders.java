package io.github.postgresxa.cli.config;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Replaces {@code ${name}} and {@code ${name:default}} as Spring does, also where one is within another. */
final class Placeholders {

    /** Finds the value of a name. */
    interface Lookup {
        @Nullable
        String value(String name);
    }

    private final Lookup lookup;
    private final UnaryOperator<String> missing;
    private final Deque<String> open = new ArrayDeque<>();

    /**
     * Creates a replacement.
     *
     * @param missing makes the message for a name without a value and a default
     */
    Placeholders(Lookup lookup, UnaryOperator<String> missing) {
        this.lookup = lookup;
        this.missing = missing;
    }

    String replaced(String text) {
        StringBuilder result = new StringBuilder();
        int at = 0;
        while (true) {
            int start = text.indexOf("${", at);
            int end = start < 0 ? -1 : end(text, start + 2);
            if (end < 0) {
                return result.append(text, at, text.length()).toString();
            }
            if (start > at && text.charAt(start - 1) == '\\') {
                result.append(text, at, start - 1).append("${");
                at = start + 2;
                continue;
            }
            result.append(text, at, start).append(value(text.substring(start + 2, end)));
            at = end + 1;
        }
    }

    /** {@return where the brace ends that began before a place, or -1} */
    private static int end(String text, int from) {
        int depth = 1;
        for (int i = from; i < text.length(); i++) {
            depth += text.charAt(i) == '{' ? 1 : text.charAt(i) == '}' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return -1;
    }

    private String value(String inside) {
        int colon = colon(inside);
        String name = replaced(colon < 0 ? inside : inside.substring(0, colon));
        if (open.contains(name)) {
            throw new ConfigException("The placeholder ${%s} leads back to itself.".formatted(name));
        }
        String value = lookup.value(name);
        if (value == null && colon >= 0) {
            return replaced(inside.substring(colon + 1));
        }
        if (value == null) {
            throw new ConfigException(missing.apply(name));
        }
        open.push(name);
        try {
            return replaced(value);
        } finally {
            open.pop();
        }
    }

    /** {@return where the default begins; a colon within an inner placeholder is not meant} */
    private static int colon(String inside) {
        int depth = 0;
        for (int i = 0; i < inside.length(); i++) {
            char c = inside.charAt(i);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (c == ':' && depth == 0) {
                return i;
            }
        }
        return -1;
    }
}
