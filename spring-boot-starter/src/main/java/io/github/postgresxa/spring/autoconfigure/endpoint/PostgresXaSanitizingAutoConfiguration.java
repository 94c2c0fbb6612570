package io.github.postgresxa.spring.autoconfigure.endpoint;

import io.github.postgresxa.spring.autoconfigure.PostgresXaAutoConfiguration;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Keeps the nodes' passwords out of {@code /actuator/env} and {@code /actuator/configprops}, whatever
 * {@code show-values} says.
 */
@AutoConfiguration(after = PostgresXaAutoConfiguration.class)
@ConditionalOnClass(SanitizingFunction.class)
public final class PostgresXaSanitizingAutoConfiguration {

    @Bean
    SanitizingFunction postgresXaSanitizingFunction() {
        return new NodeCredentials();
    }
}
