package io.github.postgresxa.spring.autoconfigure;

import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Atomikos logs each of its settings at every start, and a stack trace for each commit that ends in a rollback, which the caller is told by
 * an exception. Only its errors are let through, unless the application says otherwise.
 */
final class AtomikosLogLevel implements EnvironmentPostProcessor {

    private static final String NAME = "postgresXaDefaults";

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        environment
                .getPropertySources()
                .addLast(new MapPropertySource(NAME, Map.of("logging.level.com.atomikos", "error")));
    }
}
