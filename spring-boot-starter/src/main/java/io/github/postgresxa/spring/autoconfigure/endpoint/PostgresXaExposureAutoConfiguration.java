package io.github.postgresxa.spring.autoconfigure.endpoint;

import io.github.postgresxa.spring.autoconfigure.PostgresXaAutoConfiguration;
import io.github.postgresxa.spring.autoconfigure.PostgresXaConnectionDetails;
import io.github.postgresxa.spring.autoconfigure.PostgresXaObserverAutoConfiguration;
import io.github.postgresxa.spring.endpoint.ExposureHint;
import io.github.postgresxa.spring.endpoint.PostgresXaEndpoint;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Auto-configures a hint in the log where the endpoint is not exposed over HTTP, unless that is meant. */
@AutoConfiguration(after = {PostgresXaAutoConfiguration.class, PostgresXaObserverAutoConfiguration.class})
@ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
@ConditionalOnWebApplication
@ConditionalOnBean(PostgresXaConnectionDetails.class) // in each mode
@Conditional({PostgresXaExposureAutoConfiguration.NotExposed.class, PostgresXaExposureAutoConfiguration.NotRefused.class
})
public final class PostgresXaExposureAutoConfiguration {

    @Bean
    ExposureHint postgresXaExposureHint(Environment environment) {
        return new ExposureHint(
                environment.getProperty("management.endpoints.web.base-path", "/actuator"),
                Stream.of("show-details", "show-components")
                        .map(key -> environment.getProperty("management.endpoint.health." + key, "never"))
                        .anyMatch(shown -> !shown.equalsIgnoreCase("never")));
    }

    static final class NotExposed extends NoneNestedConditions {

        NotExposed() {
            super(ConfigurationPhase.REGISTER_BEAN);
        }

        @ConditionalOnAvailableEndpoint(endpoint = PostgresXaEndpoint.class, exposure = EndpointExposure.WEB)
        static final class Exposed {}
    }

    /** Matches unless the application says that it does not want the endpoint, or none over HTTP. */
    static final class NotRefused implements Condition {

        private static final Set<String> KEYS_OF_ACCESS = Set.of(
                "management.endpoint.postgresxa.access",
                "management.endpoints.access.default",
                "management.endpoints.access.max-permitted");

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            Environment environment = context.getEnvironment();
            return KEYS_OF_ACCESS.stream().noneMatch(key -> "none".equalsIgnoreCase(environment.getProperty(key)))
                    && environment.getProperty("management.endpoint.postgresxa.enabled", Boolean.class, true)
                    && !"-1".equals(environment.getProperty("management.server.port"))
                    && excluded(environment).noneMatch(id -> id.equals("postgresxa") || id.equals("*"));
        }

        private static Stream<String> excluded(Environment environment) {
            return Binder.get(environment)
                    .bind("management.endpoints.web.exposure.exclude", Bindable.listOf(String.class))
                    .orElse(List.of())
                    .stream()
                    .map(String::strip);
        }
    }
}
