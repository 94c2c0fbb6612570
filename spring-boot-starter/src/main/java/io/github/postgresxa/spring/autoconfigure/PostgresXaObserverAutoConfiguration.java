package io.github.postgresxa.spring.autoconfigure;

import io.github.postgresxa.operations.Observer;
import io.github.postgresxa.spring.doctor.DoctorAtStart;
import io.github.postgresxa.spring.node.Nodes;
import org.postgresql.xa.PGXADataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/**
 * Auto-configures an observer of the nodes of {@code postgres.xa.nodes}, if {@code postgres.xa.mode} is
 * {@code observe}. The application keeps its own DataSources and its own transaction manager: no bean is named after a
 * node, and none is a candidate for a DataSource or a transaction manager.
 */
@AutoConfiguration
@ConditionalOnClass(PGXADataSource.class)
@ConditionalOnBooleanProperty(name = "postgres.xa.enabled", matchIfMissing = true)
@Conditional(ObserveMode.class)
@EnableConfigurationProperties(PostgresXaProperties.class)
@Import(UnknownKeys.class)
public final class PostgresXaObserverAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    PostgresXaConnectionDetails postgresXaConnectionDetails(PostgresXaProperties properties) {
        return new PropertiesConnectionDetails(properties);
    }

    @Bean
    Observer postgresXaObserver(
            Environment environment, PostgresXaProperties properties, PostgresXaConnectionDetails connectionDetails) {
        return Observer.start(
                properties.applicationName(environment),
                Nodes.observed(environment).names().stream()
                        .map(node -> properties.toSettings(node, connectionDetails.node(node)))
                        .toList(),
                properties.recovery().toSettings());
    }

    @Bean
    @ConditionalOnBooleanProperty(name = "postgres.xa.doctor.at-start", matchIfMissing = true)
    DoctorAtStart postgresXaDoctorAtStart(Observer observer) {
        return new DoctorAtStart(observer.operations());
    }
}
