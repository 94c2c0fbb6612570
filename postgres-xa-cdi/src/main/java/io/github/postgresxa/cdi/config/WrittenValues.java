package io.github.postgresxa.cdi.config;

import io.github.postgresxa.InvalidConfigurationException;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;
import org.jspecify.annotations.Nullable;

/**
 * Values by the names of properties, however they are spelled. MicroProfile Config finds a key as it is asked for, and
 * one environment variable. What another spelling says would have no effect, although it is a property.
 */
final class WrittenValues {

    private final Config config;
    private final List<WrittenKey> written;

    WrittenValues(Config config, List<WrittenKey> written) {
        this.config = config;
        this.written = List.copyOf(written);
    }

    Stream<WrittenKey> keys() {
        return written.stream();
    }

    /**
     * Returns the value of a property. Among several spellings, the one of the source with the highest ordinal counts.
     *
     * @throws InvalidConfigurationException if its value refers to one that is not set
     */
    @Nullable
    String of(String property) {
        Stream<String> others =
                written.stream().filter(key -> key.spells(property)).map(WrittenKey::name);
        return Stream.concat(Stream.of(property), others)
                .distinct()
                .map(name -> value(property, name))
                .filter(Objects::nonNull)
                .max(Comparator.comparingInt(ConfigValue::getSourceOrdinal))
                .map(ConfigValue::getValue)
                .orElse(null);
    }

    /** {@return whether there is a value by this very name, also if it refers to one that is not there yet} */
    boolean isSet(String name) {
        try {
            ConfigValue value = config.getConfigValue(name);
            return value != null && value.getRawValue() != null;
        } catch (NoSuchElementException | IllegalArgumentException unresolved) {
            return true;
        }
    }

    private @Nullable ConfigValue value(String property, String name) {
        ConfigValue value;
        try {
            value = config.getConfigValue(name);
        } catch (NoSuchElementException | IllegalArgumentException e) {
            throw incomplete(property, e);
        }
        if (value == null || value.getRawValue() == null || value.getRawValue().isBlank()) {
            return null;
        }
        try {
            if (value.getValue() == null) {
                throw incomplete(property, null);
            }
        } catch (NoSuchElementException e) {
            throw incomplete(property, e);
        }
        return value;
    }

    private static InvalidConfigurationException incomplete(String property, @Nullable Exception cause) {
        InvalidConfigurationException refused = new InvalidConfigurationException(
                "%s refers to a value that is not set, or cannot be read.".formatted(property),
                "Set what stands in ${...}, for example as an environment variable, or write a default: ${...:...}.");
        if (cause != null) {
            refused.initCause(cause);
        }
        return refused;
    }
}
