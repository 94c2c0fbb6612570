package io.github.postgresxa.cli.config;

import io.github.postgresxa.configuration.PropertyName;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Values from outside the files, in Spring's order: system properties, then the environment.
 *
 * @param properties the system properties
 * @param environment the environment variables
 */
public record Surroundings(Properties properties, Map<String, String> environment) {

    /** {@return those of this process} */
    public static Surroundings ofThisProcess() {
        return new Surroundings(System.getProperties(), System.getenv());
    }

    /** {@return the value of a name, which in the environment may be written in capitals and with underscores} */
    @Nullable
    String value(String name) {
        String value = properties.getProperty(name);
        if (value != null) {
            return value;
        }
        value = environment.get(name);
        if (value == null) {
            value = environment.get(underscores(name));
        }
        if (value == null) {
            value = environment.get(underscores(name).toUpperCase(Locale.ROOT));
        }
        return value != null ? value : ofVariable(name);
    }

    private static String underscores(String name) {
        return name.replace('.', '_').replace('-', '_');
    }

    /** {@return the environment variable that people write for a name} */
    static String capitals(String name) {
        return name.matches("[A-Za-z0-9_]+") ? name : underscores(name).toUpperCase(Locale.ROOT);
    }

    /** {@return the value of the environment variable that sets a property; null if there is none} */
    @Nullable
    String ofVariable(String property) {
        return PropertyName.variables(property).stream()
                .map(environment::get)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }
}
