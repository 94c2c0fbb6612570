package io.github.postgresxa.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.metrics.ObserverMetrics;
import io.github.postgresxa.operations.Observer;
import io.github.postgresxa.spring.autoconfigure.endpoint.PostgresXaEndpointAutoConfiguration;
import io.github.postgresxa.spring.autoconfigure.endpoint.PostgresXaObserverEndpointAutoConfiguration;
import io.github.postgresxa.spring.autoconfigure.health.PostgresXaHealthAutoConfiguration;
import io.github.postgresxa.spring.autoconfigure.health.PostgresXaObserverHealthAutoConfiguration;
import io.github.postgresxa.spring.autoconfigure.metrics.PostgresXaMetricsAutoConfiguration;
import io.github.postgresxa.spring.autoconfigure.metrics.PostgresXaObserverMetricsAutoConfiguration;
import io.github.postgresxa.spring.endpoint.PostgresXaEndpoint;
import io.github.postgresxa.spring.health.ObserverHealthContributor;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.transaction.TransactionManager;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.jta.autoconfigure.JtaAutoConfiguration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/** The nodes of these tests do not answer; the application starts anyway. */
class ObserveModeTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    PostgresXaAutoConfiguration.class,
                    PostgresXaObserverAutoConfiguration.class,
                    PostgresXaEndpointAutoConfiguration.class,
                    PostgresXaObserverEndpointAutoConfiguration.class,
                    PostgresXaHealthAutoConfiguration.class,
                    PostgresXaObserverHealthAutoConfiguration.class,
                    PostgresXaMetricsAutoConfiguration.class,
                    PostgresXaObserverMetricsAutoConfiguration.class,
                    JtaAutoConfiguration.class,
                    DataSourceAutoConfiguration.class,
                    DataSourceTransactionManagerAutoConfiguration.class,
                    TransactionAutoConfiguration.class))
            .withPropertyValues(
                    "postgres.xa.nodes.west.url=jdbc:postgresql://localhost:1/west",
                    "postgres.xa.nodes.east.url=jdbc:postgresql://localhost:1/east",
                    "management.endpoints.web.exposure.include=*",
                    "management.endpoints.jmx.exposure.include=*");

    @ParameterizedTest
    @ValueSource(strings = {"observe", "OBSERVE", "Observe"})
    void definesNothingThatAnApplicationHas(String mode) {
        runner.withPropertyValues("postgres.xa.mode=" + mode)
                .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .run(context -> {
                    assertThat(context)
                            .hasSingleBean(Observer.class)
                            .hasSingleBean(PostgresXaEndpoint.class)
                            .hasSingleBean(ObserverHealthContributor.class)
                            .hasSingleBean(ObserverMetrics.class)
                            .doesNotHaveBean(PostgresXa.class)
                            .doesNotHaveBean(DataSource.class)
                            .doesNotHaveBean(JdbcClient.class)
                            .doesNotHaveBean(TransactionManager.class)
                            .doesNotHaveBean(PlatformTransactionManager.class);
                    assertThat(context.getBeansOfType(HealthContributor.class))
                            .containsOnlyKeys("postgresXaHealthContributor");
                    assertThat(context.getBean(Observer.class).nodeNames()).containsExactly("west", "east");
                    assertThat(context.getBean(Observer.class).operations().isObserving())
                            .isTrue();
                });
    }

    @Test
    void theApplicationsOwnBeansMayHaveTheNamesOfNodes() {
        DataSource own = new DriverManagerDataSource("jdbc:postgresql://localhost:1/west");
        runner.withPropertyValues("postgres.xa.mode=observe", "spring.datasource.url=jdbc:postgresql://localhost:1/x")
                .withBean("westDataSource", DataSource.class, () -> own)
                .withBean("transactionManager", PlatformTransactionManager.class, () -> new JdbcTransactionManager(own))
                .run(context -> {
                    assertThat(context).hasNotFailed().hasSingleBean(Observer.class);
                    assertThat(context.getBean(DataSource.class)).isSameAs(own);
                });
    }

    @Test
    void managesByDefault() {
        runner.run(
                context -> assertThat(context).hasSingleBean(PostgresXa.class).doesNotHaveBean(Observer.class));
    }

    @Test
    void anotherModeIsRefused() {
        runner.withPropertyValues("postgres.xa.mode=watch")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(InvalidConfigurationException.class)
                        .hasMessageContaining("postgres.xa.mode is 'watch'")
                        .hasMessageContaining("manage, observe"));
    }

    @Test
    void aMisspelledKeyIsRefusedToo() {
        runner.withPropertyValues("postgres.xa.mode=observe", "postgres.xa.nodes.west.pasword=x")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining("did you mean postgres.xa.nodes.west.password?"));
    }

    @Test
    void propertiesOfOtherLibrariesStayAsTheyAre() {
        assertThat(defaults(Map.of("postgres.xa.mode", "observe"))).isFalse();
        assertThat(defaults(Map.of())).isTrue();
        assertThat(defaults(Map.of("postgres.xa.mode", "watch"))).isTrue();
    }

    private static boolean defaults(Map<String, Object> properties) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
        new PropertyDefaults().postProcessEnvironment(environment, new SpringApplication());
        return environment.containsProperty("logging.level.com.atomikos");
    }
}
