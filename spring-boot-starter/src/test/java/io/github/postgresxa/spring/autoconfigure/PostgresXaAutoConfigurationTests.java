package io.github.postgresxa.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.metrics.PostgresXaMetrics;
import io.github.postgresxa.spring.application.ProducerTransactions;
import io.github.postgresxa.spring.autoconfigure.endpoint.PostgresXaEndpointAutoConfiguration;
import io.github.postgresxa.spring.autoconfigure.endpoint.PostgresXaSanitizingAutoConfiguration;
import io.github.postgresxa.spring.autoconfigure.health.PostgresXaHealthAutoConfiguration;
import io.github.postgresxa.spring.autoconfigure.metrics.PostgresXaMetricsAutoConfiguration;
import io.github.postgresxa.spring.endpoint.PostgresXaEndpoint;
import io.github.postgresxa.spring.health.PostgresXaHealthContributor;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.UserTransaction;
import java.lang.reflect.Proxy;
import javax.sql.DataSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.postgresql.xa.PGXADataSource;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.boot.transaction.jta.autoconfigure.JtaAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.jta.JtaTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The nodes of these tests do not answer; the application starts anyway. */
class PostgresXaAutoConfigurationTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    PostgresXaAutoConfiguration.class,
                    PostgresXaEndpointAutoConfiguration.class,
                    PostgresXaHealthAutoConfiguration.class,
                    PostgresXaMetricsAutoConfiguration.class,
                    PostgresXaSanitizingAutoConfiguration.class,
                    JtaAutoConfiguration.class,
                    DataSourceAutoConfiguration.class,
                    DataSourceTransactionManagerAutoConfiguration.class,
                    JdbcTemplateAutoConfiguration.class,
                    JdbcClientAutoConfiguration.class,
                    TransactionAutoConfiguration.class,
                    TransactionManagerCustomizationAutoConfiguration.class))
            .withPropertyValues(
                    "postgres.xa.nodes.west.url=jdbc:postgresql://localhost:1/west",
                    "postgres.xa.nodes.east.url=jdbc:postgresql://localhost:1/east");

    @Test
    void givesEachNodeItsBeans() {
        runner.run(context -> {
            assertThat(context)
                    .hasBean("westDataSource")
                    .hasBean("eastDataSource")
                    .hasBean("westJdbcClient")
                    .hasBean("eastJdbcClient");
            assertThat(context.getBean(DataSource.class)).isSameAs(context.getBean("westDataSource"));
            assertThat(context.getBean(JdbcClient.class)).isSameAs(context.getBean("westJdbcClient"));
            assertThat(context.getBeanNamesForType(JdbcClient.class)).hasSize(2);
            assertThat(context).hasSingleBean(JdbcTemplate.class);
        });
    }

    @Test
    void givesOneTransactionManagerOfSpring() {
        runner.run(context -> assertThat(context)
                .hasSingleBean(PlatformTransactionManager.class)
                .hasSingleBean(JtaTransactionManager.class)
                .hasSingleBean(TransactionTemplate.class)
                .hasBean("transactionManager"));
    }

    @Test
    void givesTheTemplatePropertiesOfSpringBootToEveryNode() {
        runner.withPropertyValues("spring.jdbc.template.query-timeout=7s")
                .run(context -> assertThat(context.getBean(JdbcTemplate.class).getQueryTimeout())
                        .isEqualTo(7));
    }

    @Nested
    class AManagerOfTheApplication {

        private final ApplicationContextRunner withManager = runner.withUserConfiguration(OwnManager.class);

        @Test
        void isUsedInsteadOfTheEmbeddedOne() {
            withManager.run(this::assertUsed);
            withManager
                    .withPropertyValues("postgres.xa.transaction-manager=narayana")
                    .run(this::assertUsed);
        }

        @Test
        void needsNoAtomikos() {
            withManager.withClassLoader(new FilteredClassLoader("com.atomikos")).run(this::assertUsed);
        }

        private void assertUsed(AssertableApplicationContext context) {
            assertThat(context)
                    .hasSingleBean(TransactionManager.class)
                    .hasSingleBean(TransactionSynchronizationRegistry.class)
                    .hasSingleBean(UserTransaction.class)
                    .hasSingleBean(JtaTransactionManager.class);
            assertThat(context.getBean(JtaTransactionManager.class).getTransactionManager())
                    .isSameAs(context.getBean("own"));
            assertThat(context.getBean(PostgresXa.class).transactionManager()).isSameAs(context.getBean("own"));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnManager {

        @Bean
        TransactionManager own() {
            return idle(TransactionManager.class);
        }

        @Bean
        TransactionSynchronizationRegistry ownRegistry() {
            return idle(TransactionSynchronizationRegistry.class);
        }

        private static <T> T idle(Class<T> type) {
            return type.cast(Proxy.newProxyInstance(
                    type.getClassLoader(),
                    new Class<?>[] {type},
                    (proxy, method, arguments) -> switch (method.getName()) {
                        case "equals" -> proxy == arguments[0];
                        case "hashCode" -> System.identityHashCode(proxy);
                        case "toString" -> "idle " + type.getSimpleName();
                        default -> throw new UnsupportedOperationException(method.getName());
                    }));
        }
    }

    @Nested
    class AManagerForSomethingElse {

        @Test
        void livesBesideTheOneOverTheNodes() {
            runner.withUserConfiguration(Producer.class).run(context -> {
                assertThat(context).hasNotFailed();
                assertThat(context.getBeanNamesForType(PlatformTransactionManager.class))
                        .containsExactlyInAnyOrder("transactionManager", "producerTransactions");
                assertThat(context.getBean(org.springframework.transaction.TransactionManager.class))
                        .isInstanceOf(JtaTransactionManager.class);
                assertThat(context.getBean(TransactionTemplate.class).getTransactionManager())
                        .isSameAs(context.getBean("transactionManager"));
            });
        }

        @Test
        void alsoIfItIsReactive() {
            runner.withBean(ReactiveTransactions.class)
                    .run(context -> assertThat(
                                    context.getBean(org.springframework.transaction.TransactionManager.class))
                            .isInstanceOf(JtaTransactionManager.class));
        }

        @Test
        void livesBesideAJtaTransactionManagerOfTheApplication() {
            runner.withUserConfiguration(Producer.class)
                    .withBean(
                            "own",
                            JtaTransactionManager.class,
                            () -> new JtaTransactionManager(
                                    OwnManager.idle(UserTransaction.class), OwnManager.idle(TransactionManager.class)))
                    .run(context -> assertThat(
                                    context.getBean(org.springframework.transaction.TransactionManager.class))
                            .isSameAs(context.getBean("own")));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Producer {

        @Bean
        ProducerTransactions producerTransactions() {
            return new ProducerTransactions();
        }
    }

    static final class ReactiveTransactions implements org.springframework.transaction.TransactionManager {}

    @Nested
    class BacksOff {

        @Test
        void ifDisabled() {
            runner.withPropertyValues("postgres.xa.enabled=false").run(this::assertNothing);
        }

        @Test
        void withoutTheDriver() {
            runner.withClassLoader(new FilteredClassLoader(PGXADataSource.class))
                    .run(this::assertNothing);
        }

        @Test
        void withoutJtaInSpring() {
            runner.withClassLoader(new FilteredClassLoader(JtaTransactionManager.class))
                    .run(this::assertNothing);
        }

        private void assertNothing(org.springframework.context.ApplicationContext context) {
            assertThat(context.getBeanNamesForType(PostgresXa.class)).isEmpty();
            assertThat(context.getBeanNamesForType(PostgresXaProperties.class)).isEmpty();
            assertThat(context.containsBean("westDataSource")).isFalse();
        }
    }

    @Nested
    class OptionalFeatures {

        @Test
        void healthIsThereUnlessSwitchedOff() {
            runner.run(context -> assertThat(context).hasSingleBean(PostgresXaHealthContributor.class));
            runner.withPropertyValues("management.health.postgres-xa.enabled=false")
                    .run(context -> assertThat(context).doesNotHaveBean(PostgresXaHealthContributor.class));
            runner.withPropertyValues("management.health.postgresXa.enabled=false")
                    .run(context -> assertThat(context).doesNotHaveBean(PostgresXaHealthContributor.class));
            runner.withClassLoader(new FilteredClassLoader(HealthContributor.class))
                    .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("postgresXaHealthContributor"));
        }

        @Test
        void theEndpointIsThereWhereItIsExposed() {
            runner.run(context -> assertThat(context).doesNotHaveBean(PostgresXaEndpoint.class));
            runner.withPropertyValues("management.endpoints.web.exposure.include=postgresxa")
                    .run(context -> assertThat(context).hasSingleBean(PostgresXaEndpoint.class));
            runner.withClassLoader(new FilteredClassLoader(Endpoint.class))
                    .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("postgresXaEndpoint"));
        }

        @Test
        void metersAreThereWithARegistry() {
            runner.run(context -> assertThat(context).doesNotHaveBean(PostgresXaMetrics.class));
            runner.withBean(SimpleMeterRegistry.class)
                    .run(context -> assertThat(context).hasSingleBean(PostgresXaMetrics.class));
            runner.withClassLoader(new FilteredClassLoader(MeterRegistry.class))
                    .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("postgresXaMetrics"));
        }

        @Test
        void credentialsAreMaskedWhereThereIsAnActuator() {
            runner.run(context -> assertThat(context).hasSingleBean(SanitizingFunction.class));
            runner.withClassLoader(new FilteredClassLoader(SanitizingFunction.class))
                    .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("postgresXaSanitizingFunction"));
        }
    }
}
