package io.github.postgresxa.spring.autoconfigure.metrics;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.metrics.PostgresXaMetrics;
import io.github.postgresxa.spring.autoconfigure.PostgresXaAutoConfiguration;
import io.github.postgresxa.spring.autoconfigure.PostgresXaProperties;
import io.github.postgresxa.spring.transaction.SpringTransactions;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Auto-configures the meters {@code postgres.xa.*}, if there is a meter registry. */
@AutoConfiguration(
        after = PostgresXaAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({PostgresXa.class, MeterRegistry.class})
public final class PostgresXaMetricsAutoConfiguration {

    /** Takes the core through a provider, because the core takes this bean as a listener. */
    @Bean
    @ConditionalOnMissingBean
    PostgresXaMetrics postgresXaMetrics(
            ObjectProvider<PostgresXa> xa, PostgresXaProperties properties, SpringTransactions transactions) {
        return new PostgresXaMetrics(xa::getObject, properties.metrics().transactionNames(), transactions::name);
    }
}
