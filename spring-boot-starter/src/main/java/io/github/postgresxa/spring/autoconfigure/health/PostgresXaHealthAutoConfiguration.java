package io.github.postgresxa.spring.autoconfigure.health;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.spring.autoconfigure.PostgresXaAutoConfiguration;
import io.github.postgresxa.spring.autoconfigure.PostgresXaProperties;
import io.github.postgresxa.spring.health.PostgresXaHealthContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configures the health component {@code postgresXa}, if Spring Boot's health module is present.
 *
 * <p>The component is in no readiness group by default: one node that is down must not take all instances out of
 * traffic.
 */
@AutoConfiguration(after = PostgresXaAutoConfiguration.class)
@ConditionalOnClass({HealthContributor.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(PostgresXa.class)
@ConditionalOnEnabledHealthIndicator("postgres-xa")
public final class PostgresXaHealthAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(name = "postgresXaHealthContributor")
    PostgresXaHealthContributor postgresXaHealthContributor(PostgresXa xa, PostgresXaProperties properties) {
        return new PostgresXaHealthContributor(xa, properties.health().inDoubtThreshold());
    }
}
