package io.github.postgresxa.spring.autoconfigure.test;

import io.github.postgresxa.spring.autoconfigure.PostgresXaAutoConfiguration;
import io.github.postgresxa.spring.autoconfigure.PostgresXaConnectionDetails;
import io.github.postgresxa.spring.autoconfigure.PostgresXaCustomizer;
import io.github.postgresxa.spring.autoconfigure.PostgresXaObserverAutoConfiguration;
import io.github.postgresxa.test.PostgresNodes;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Keeps every application context of a JVM away from configured servers while a test class with nodes runs, however the
 * context was started. Without a running test it does nothing.
 */
@AutoConfiguration(after = {PostgresXaAutoConfiguration.class, PostgresXaObserverAutoConfiguration.class})
@ConditionalOnClass(PostgresNodes.class)
@ConditionalOnBean(PostgresXaConnectionDetails.class) // in each mode
public final class PostgresXaTestAutoConfiguration {

    @Bean
    static BeanFactoryPostProcessor postgresXaTestConfigurationCheck(ConfigurableEnvironment environment) {
        return beans -> new ConfigurationInTest(environment, beans).check();
    }

    /** Runs after the application's own customizers: what they add counts, too. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    PostgresXaCustomizer postgresXaTestAddressCheck(ConfigurableEnvironment environment, BeanFactory beans) {
        return builder -> new AddressesInTest(environment, beans).check(builder.nodes());
    }
}
