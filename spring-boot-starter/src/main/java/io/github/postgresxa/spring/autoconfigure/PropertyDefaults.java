package io.github.postgresxa.spring.autoconfigure;

import io.github.postgresxa.InvalidConfigurationException;
import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Sets defaults for properties of other libraries, where their own defaults do not suit an application over several
 * nodes. Every property source of the application overrides them.
 *
 * <ul>
 *   <li>Atomikos logs each of its settings at every start. It and Narayana log a stack trace for each commit that ends
 *       in a rollback, although the caller gets an exception. Only their errors are logged.
 *   <li>Spring Boot's {@code db} health component connects to every node in turn; a frozen node blocks the whole health
 *       endpoint. The component {@code postgresXa} reports from memory whether a node answers.
 * </ul>
 */
final class PropertyDefaults implements EnvironmentPostProcessor {

    private static final Map<String, Object> DEFAULTS = Map.of(
            "logging.level.com.atomikos",
            "error",
            "logging.level.com.arjuna",
            "error",
            "management.health.db.enabled",
            "false");

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        if (observes(environment)) {
            return; // The application's own manager and DataSources keep their own.
        }
        environment.getPropertySources().addLast(new MapPropertySource("postgresXaDefaults", DEFAULTS));
    }

    private static boolean observes(ConfigurableEnvironment environment) {
        try {
            return ObserveMode.isChosen(environment);
        } catch (InvalidConfigurationException refusedLater) {
            return false;
        }
    }
}
