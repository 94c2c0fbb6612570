package io.github.postgresxa.spring.autoconfigure.metrics;

import io.github.postgresxa.metrics.ObserverMetrics;
import io.github.postgresxa.operations.Observer;
import io.github.postgresxa.spring.autoconfigure.PostgresXaObserverAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Auto-configures the meters {@code postgres.xa.*} of observed nodes, if there is a meter registry. */
@AutoConfiguration(
        after = PostgresXaObserverAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({Observer.class, MeterRegistry.class})
public final class PostgresXaObserverMetricsAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    ObserverMetrics postgresXaMetrics(Observer observer) {
        return new ObserverMetrics(observer);
    }
}
