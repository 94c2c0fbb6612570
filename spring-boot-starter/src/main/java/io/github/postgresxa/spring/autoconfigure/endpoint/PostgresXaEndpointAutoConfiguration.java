package io.github.postgresxa.spring.autoconfigure.endpoint;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.spring.autoconfigure.PostgresXaAutoConfiguration;
import io.github.postgresxa.spring.endpoint.PostgresXaEndpoint;
import io.github.postgresxa.spring.endpoint.RecentRecoveries;
import io.github.postgresxa.spring.endpoint.RequestCheck;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;

/** Auto-configures the endpoint {@code postgresxa}, if it is exposed. */
@AutoConfiguration(after = PostgresXaAutoConfiguration.class)
@ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
@ConditionalOnBean(PostgresXa.class)
@ConditionalOnAvailableEndpoint(PostgresXaEndpoint.class)
public final class PostgresXaEndpointAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    PostgresXaEndpoint postgresXaEndpoint(
            PostgresXa xa, RecentRecoveries recoveries, ApplicationEventPublisher events) {
        return new PostgresXaEndpoint(xa, recoveries, events);
    }

    @Bean
    RequestCheck postgresXaRequestCheck() {
        return new RequestCheck();
    }

    /** Does not depend on the core, because it is one of the core's listeners. */
    @Bean
    @ConditionalOnMissingBean
    RecentRecoveries postgresXaRecentRecoveries() {
        return new RecentRecoveries();
    }
}
