package io.github.postgresxa.spring.autoconfigure;

import io.github.postgresxa.configuration.Configuration;
import io.github.postgresxa.configuration.Key;
import io.github.postgresxa.configuration.Keys;
import io.github.postgresxa.configuration.WrongKeys;
import java.util.ArrayList;
import java.util.List;
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
 * effect, and the default that holds instead goes unnoticed. The rules are the core's.
 */
final class UnknownKeys implements BeanRegistrar {

    private static final Logger LOG = LoggerFactory.getLogger(UnknownKeys.class);

    private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("postgres.xa");

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
        WrongKeys wrong = new WrongKeys();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source instanceof IterableConfigurationPropertySource listed) {
                listed.stream()
                        .filter(PREFIX::isAncestorOf)
                        .filter(key -> isUnknown(key, source))
                        .forEach(key -> add(wrong, key, source));
            }
        }
        wrong.refuse();
    }

    private static void add(WrongKeys wrong, ConfigurationPropertyName key, ConfigurationPropertySource source) {
        if (!isOfVariables(source)) {
            wrong.add(described(key, source), elements(key, Form.ORIGINAL));
        } else if (wrong.addVariable(described(key, source), elements(key, Form.UNIFORM)) == WrongKeys.Use.MENTIONED) {
            LOG.info("No property of postgres.xa: {}. It has no effect here.", described(key, source));
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
}
