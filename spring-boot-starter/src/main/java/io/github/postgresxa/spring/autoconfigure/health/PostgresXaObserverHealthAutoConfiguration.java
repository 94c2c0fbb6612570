package io.github.postgresxa.spring.autoconfigure.health;

import io.github.postgresxa.operations.Observer;
import io.github.postgresxa.spring.autoconfigure.PostgresXaObserverAutoConfiguration;
import io.github.postgresxa.spring.autoconfigure.PostgresXaProperties;
import io.github.postgresxa.spring.health.ObserverHealthContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;

/** Auto-configures the health component {@code postgresXa} of observed nodes, if Spring Boot's health is present. */
@AutoConfiguration(after = PostgresXaObserverAutoConfiguration.class)
@ConditionalOnClass({HealthContributor.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(Observer.class)
@ConditionalOnEnabledHealthIndicator("postgres-xa")
public final class PostgresXaObserverHealthAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(name = "postgresXaHealthContributor")
    ObserverHealthContributor postgresXaHealthContributor(Observer observer, PostgresXaProperties properties) {
        return new ObserverHealthContributor(observer, properties.health().inDoubtThreshold());
    }
}
