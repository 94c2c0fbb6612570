package io.github.postgresxa.spring.autoconfigure;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.configuration.Configuration;
import io.github.postgresxa.configuration.Key;
import io.github.postgresxa.configuration.Keys;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Refuses keys below {@code postgres.xa} that no property has, before anything else is read: a misspelled one has no
 * effect, and the default that holds instead goes unnoticed.
 *
 * <p>Other programs use environment variables, too. One that a platform sets for a service of that name is passed over,
 * one that resembles no property is only mentioned in the log.
 */
final class UnknownKeys implements BeanRegistrar {

    private static final Logger LOG = LoggerFactory.getLogger(UnknownKeys.class);

    private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("postgres.xa");

    /** What Kubernetes and Docker set for a service or link that is called {@code postgres-xa}. */
    private static final Pattern OF_A_PLATFORM = Pattern.compile(
            "(?:.*\\.)?(?:service\\.(?:host|port(?:\\..*)?)|port(?:\\.\\d+\\.(?:tcp|udp|sctp)(?:\\.\\w+)?)?|env\\..*)");

    @Override
    public void register(BeanRegistry registry, Environment environment) {
        checkChoices(environment);
        check(environment);
    }

    /** The binder does not say which value is nearest. */
    private static void checkChoices(Environment environment) {
        Configuration values = Configuration.over(environment::getProperty);
        Keys.all().stream().filter(key -> key.type() == Key.Type.CHOICE).forEach(key -> values.choice(key.name()));
    }

    static void check(Environment environment) {
        if (environment.getProperty("postgres.xa.ignore-unknown-keys", Boolean.class, false)) {
            return;
        }
        Map<String, Optional<String>> wrong = new LinkedHashMap<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source instanceof IterableConfigurationPropertySource listed) {
                listed.stream()
                        .filter(PREFIX::isAncestorOf)
                        .filter(key -> isUnknown(key, source))
                        .forEach(key -> {
                            if (!isOfVariables(source)) {
                                wrong.put(described(key, source), Keys.nearest(elements(key, Form.ORIGINAL)));
                            } else if (isMeantForUs(elements(key, Form.UNIFORM))) {
                                wrong.put(described(key, source), Keys.nearestInSpelling(elements(key, Form.UNIFORM)));
                            } else if (!isOfAPlatform(elements(key, Form.UNIFORM))) {
                                LOG.info(
                                        "No property of postgres.xa: {}. It has no effect here.",
                                        described(key, source));
                            }
                        });
            }
        }
        if (!wrong.isEmpty()) {
            throw refused(wrong);
        }
    }

    private static boolean isOfVariables(ConfigurationPropertySource source) {
        return source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource;
    }

    private static boolean isUnknown(ConfigurationPropertyName key, ConfigurationPropertySource source) {
        List<String> elements = elements(key, Form.UNIFORM);
        return switch (isOfVariables(source) ? Keys.matchVariable(elements) : Keys.match(elements)) {
            case VALUE -> false;
            case NONE -> true;
            case GROUP -> hasText(key, source);
        };
    }

    /** A group is written as a key of its own where it is empty. */
    private static boolean hasText(ConfigurationPropertyName key, ConfigurationPropertySource source) {
        ConfigurationProperty property = source.getConfigurationProperty(key);
        return property != null
                && property.getValue() instanceof CharSequence text
                && !text.toString().isBlank();
    }

    private static boolean isMeantForUs(List<String> elements) {
        return !isOfAPlatform(elements)
                && (elements.get(0).equals("nodes")
                        || Keys.nearestInSpelling(elements).isPresent());
    }

    private static boolean isOfAPlatform(List<String> elements) {
        return OF_A_PLATFORM.matcher(String.join(".", elements)).matches();
    }

    private static List<String> elements(ConfigurationPropertyName key, Form form) {
        return IntStream.range(PREFIX.getNumberOfElements(), key.getNumberOfElements())
                .mapToObj(position -> key.getElement(position, form))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static String described(ConfigurationPropertyName key, ConfigurationPropertySource source) {
        Origin origin = origin(key, source);
        if (isOfVariables(source) && origin instanceof PropertySourceOrigin variable) {
            return "the environment variable " + variable.getPropertyName();
        }
        return origin == null ? key.toString() : "%s (%s)".formatted(key, origin);
    }

    private static @Nullable Origin origin(ConfigurationPropertyName key, ConfigurationPropertySource source) {
        try {
            return Origin.from(source.getConfigurationProperty(key));
        } catch (RuntimeException cannotBeReadYet) {
            return null;
        }
    }

    private static InvalidConfigurationException refused(Map<String, Optional<String>> wrong) {
        String list = wrong.entrySet().stream()
                .map(entry -> "    " + entry.getKey()
                        + entry.getValue()
                                .map(key -> "%n        did you mean %s?".formatted(key))
                                .orElse(""))
                .collect(Collectors.joining(System.lineSeparator()));
        return new InvalidConfigurationException(
                "There is no such property below postgres.xa:%n%n%s".formatted(list),
                "Correct the name: as it is, it has no effect. The properties are in the README, and an editor"
                        + " completes them. If something else needs keys below postgres.xa, set"
                        + " postgres.xa.ignore-unknown-keys=true.");
    }
}
