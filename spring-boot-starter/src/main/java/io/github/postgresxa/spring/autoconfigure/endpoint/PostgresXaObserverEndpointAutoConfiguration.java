package io.github.postgresxa.spring.autoconfigure.endpoint;

import io.github.postgresxa.operations.Observer;
import io.github.postgresxa.spring.autoconfigure.PostgresXaObserverAutoConfiguration;
import io.github.postgresxa.spring.endpoint.PostgresXaEndpoint;
import io.github.postgresxa.spring.endpoint.RequestCheck;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;

/** Auto-configures the endpoint {@code postgresxa} of observed nodes, if it is exposed. */
@AutoConfiguration(after = PostgresXaObserverAutoConfiguration.class)
@ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
@ConditionalOnBean(Observer.class)
@ConditionalOnAvailableEndpoint(PostgresXaEndpoint.class)
public final class PostgresXaObserverEndpointAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    PostgresXaEndpoint postgresXaEndpoint(Observer observer, ApplicationEventPublisher events) {
        return new PostgresXaEndpoint(observer, events);
    }

    @Bean
    RequestCheck postgresXaRequestCheck() {
        return new RequestCheck();
    }
}
