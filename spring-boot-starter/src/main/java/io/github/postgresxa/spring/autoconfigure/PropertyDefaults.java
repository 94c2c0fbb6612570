package io.github.postgresxa.spring.autoconfigure;

import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Defaults of others' properties, where their own do not suit an application over several nodes. Any property source of the application
 * overrides them.
 *
 * <ul>
 *   <li>Atomikos logs each of its settings at every start, and a stack trace for each commit that ends in a rollback, which the caller is told
 *       by an exception. Only its errors are let through.
 *   <li>Spring Boot's {@code db} health component connects to every node in turn; one that is frozen holds up the whole health endpoint.
 *       {@code postgresXa} tells whether a node answers, from memory.
 * </ul>
 */
final class PropertyDefaults implements EnvironmentPostProcessor {

    private static final Map<String, Object> DEFAULTS =
            Map.of("logging.level.com.atomikos", "error", "management.health.db.enabled", "false");

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        environment.getPropertySources().addLast(new MapPropertySource("postgresXaDefaults", DEFAULTS));
    }
}
