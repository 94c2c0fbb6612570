package io.github.postgresxa.configuration;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key below {@code postgres.xa}.
 *
 * @param name its name without {@code postgres.xa.}, with hyphens; the name of a node is {@link Keys#NODE}
 * @param type what its values are
 * @param defaultValue the value that holds if it is not set; null if there is none
 * @param choices the possible values; empty if the type alone limits them
 * @param description what it means, for people
 */
public record Key(String name, Type type, @Nullable String defaultValue, List<String> choices, String description) {

    /** What the values of a key are. */
    public enum Type {
        /** Any text. */
        TEXT,
        /** A text that is never shown. */
        SECRET,
        /** {@code true}, {@code on}, {@code yes}, {@code 1}, or their opposites. */
        FLAG,
        /** A whole number. */
        NUMBER,
        /** A length of time with its unit, such as {@code 5s}, or ISO 8601; without a unit, milliseconds. */
        DURATION,
        /** One of a few words, in any case. */
        CHOICE
    }

    /** Copies the choices. */
    public Key {
        choices = List.copyOf(choices);
    }

    /**
     * Returns the whole key.
     *
     * @param node the name of a node; without meaning for a key that is not below one
     * @return the key as it is written in a file
     */
    String whole(String node) {
        return Keys.PREFIX + name.replace(Keys.NODE, node);
    }
}
