package io.github.postgresxa.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.spring.application.ProducerTransactions;
import io.github.postgresxa.spring.transaction.PostgresXaTransactionManager;
import jakarta.transaction.TransactionManager;
import java.lang.reflect.Proxy;
import javax.sql.DataSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.TransactionManagementConfigurer;
import org.springframework.transaction.jta.JtaTransactionManager;

/** Starts that are refused before any server is reached. */
class StartRefusalTests {

    private static final String EAST = "postgres.xa.nodes.east.url=jdbc:postgresql://localhost:1/east";

    private final ApplicationContextRunner empty = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    PostgresXaAutoConfiguration.class,
                    DataSourceAutoConfiguration.class,
                    TransactionAutoConfiguration.class));

    private final ApplicationContextRunner east = empty.withPropertyValues(EAST);

    @Nested
    class Nodes {

        @Test
        void noneAtAll() {
            FailureAnalysis analysis = refusal(empty);

            assertThat(analysis.getDescription()).isEqualTo("No PostgreSQL node is configured in postgres.xa.nodes.");
            assertThat(analysis.getAction())
                    .contains("url: jdbc:postgresql://east.example.com:5432/bank")
                    .contains("postgres.xa.enabled=false");
        }

        @Test
        void aNameThatAnEnvironmentVariableCannotWrite() {
            FailureAnalysis analysis = refusal(
                    east.withPropertyValues("postgres.xa.nodes.my-node.url=jdbc:postgresql://localhost:1/mine"));

            assertThat(analysis.getDescription()).contains("'my-node'");
            assertThat(analysis.getAction()).contains("lower-case letters and digits", "'mynode'");
        }

        @Test
        void aNameWithACapitalLetter() {
            FailureAnalysis analysis =
                    refusal(empty.withPropertyValues("postgres.xa.nodes.East.url=jdbc:postgresql://localhost:1/east"));

            assertThat(analysis.getDescription()).contains("'East'");
            assertThat(analysis.getAction()).contains("'east'");
        }

        @Test
        void aNodeWithoutAUrl() {
            FailureAnalysis analysis = refusal(east.withPropertyValues("postgres.xa.nodes.west.username=bank"));

            assertThat(analysis.getDescription()).isEqualTo("The node 'west' has no URL.");
            assertThat(analysis.getAction()).contains("postgres.xa.nodes.west.url", "POSTGRES_XA_NODES_WEST_");
        }

        @Test
        void aUrlOfAnotherDatabase() {
            FailureAnalysis analysis =
                    refusal(empty.withPropertyValues("postgres.xa.nodes.east.url=jdbc:mysql://localhost/east"));

            assertThat(analysis.getDescription()).contains("'east'", "not a PostgreSQL JDBC URL");
            assertThat(analysis.getAction()).contains("jdbc:postgresql://host:5432/database");
        }

        @Test
        void aPrimaryThatIsNoNode() {
            FailureAnalysis analysis = refusal(east.withPropertyValues("postgres.xa.primary=north"));

            assertThat(analysis.getDescription()).contains("'north'", "'east'");
            assertThat(analysis.getAction()).contains("postgres.xa.primary");
        }

        @Test
        void aPoolOfAnImpossibleSize() {
            FailureAnalysis analysis = refusal(east.withPropertyValues("postgres.xa.nodes.east.pool.max-size=0"));

            assertThat(analysis.getDescription()).contains("'east'", "max-size 0");
            assertThat(analysis.getAction()).contains("max-size >= 1");
        }
    }

    @Nested
    class APoolThatWouldTakeNoPart {

        @Test
        void isRefusedBesideNodes() {
            FailureAnalysis analysis =
                    refusal(east.withPropertyValues("spring.datasource.url=jdbc:postgresql://localhost:1/other"));

            assertThat(analysis.getDescription()).contains("spring.datasource.url", "postgres.xa.nodes");
            assertThat(analysis.getAction()).contains("postgres.xa.nodes.<node>.url");
        }
    }

    @Nested
    class Managers {

        @Test
        void narayanaWithoutItsJar() {
            FailureAnalysis analysis = refusal(east.withPropertyValues("postgres.xa.transaction-manager=narayana"));

            assertThat(analysis.getDescription()).contains("Narayana", "not on the class path");
            assertThat(analysis.getAction())
                    .contains("<artifactId>narayana-jta</artifactId>", "postgres.xa.transaction-manager");
        }

        @Test
        void oneThatDoesNotExist() {
            FailureAnalysis analysis = refusal(east.withPropertyValues("postgres.xa.transaction-manager=narajana"));

            assertThat(analysis.getDescription()).contains("postgres.xa.transaction-manager", "'narajana'");
            assertThat(analysis.getAction()).contains("Did you mean narayana?", "auto, narayana, atomikos");
        }

        @Test
        void atomikosBesideAnotherManager() {
            FailureAnalysis analysis = refusal(east.withUserConfiguration(HalfAManager.class)
                    .withPropertyValues("postgres.xa.transaction-manager=atomikos"));

            assertThat(analysis.getDescription())
                    .contains("already a bean of type jakarta.transaction.TransactionManager");
            assertThat(analysis.getAction()).contains("postgres.xa.transaction-manager=auto");
        }

        @Test
        void aManagerWithoutItsRegistry() {
            FailureAnalysis analysis = refusal(east.withUserConfiguration(HalfAManager.class));

            assertThat(analysis.getDescription()).contains("TransactionSynchronizationRegistry");
            assertThat(analysis.getAction()).contains("Define the registry of the same transaction manager");
        }

        @Test
        void oneOfSpringThatWouldCommitEveryNodeOnItsOwn() {
            FailureAnalysis analysis = refusal(east.withBean(
                    "mine",
                    PlatformTransactionManager.class,
                    () -> new DataSourceTransactionManager(new DriverManagerDataSource())));

            assertThat(analysis.getDescription()).contains("'mine'", "DataSourceTransactionManager", "on its own");
            assertThat(analysis.getAction()).contains("new PostgresXaTransactionManager(xa)");
        }

        @Test
        void aPrimaryOneThatIsNoneOverJta() {
            FailureAnalysis analysis = refusal(east.withBean(
                    "producers", ProducerTransactions.class, ProducerTransactions::new, bean -> bean.setPrimary(true)));

            assertThat(analysis.getDescription())
                    .contains("'producers'", "ProducerTransactions", "@Transactional uses by default", "on its own");
            assertThat(analysis.getAction()).contains("Remove @Primary", "transactionManager = \"producers\"");
        }

        @Test
        void oneOverTheDataSourceOfANode() {
            FailureAnalysis analysis = refusal(east.withUserConfiguration(LocalTransactions.class));

            assertThat(analysis.getDescription())
                    .contains("'localTransactions'", "DataSourceTransactionManager", "node 'east'", "that node alone");
            assertThat(analysis.getAction()).contains("Remove it");
        }

        @Test
        void oneOfTheApplicationsConfigurerThatIsNotOverJta() {
            FailureAnalysis analysis = refusal(east.withUserConfiguration(Named.class));

            assertThat(analysis.getDescription()).contains("'producers'", "@Transactional uses by default");
        }

        @Test
        void twoOverJtaAndNoPrimary() {
            FailureAnalysis analysis = refusal(east.withUserConfiguration(TwoOverJta.class));

            assertThat(analysis.getDescription()).contains("'one'", "'two'", "not clear which");
            assertThat(analysis.getAction()).contains("@Primary", "new PostgresXaTransactionManager(xa)");
        }

        @Test
        void theStarterOfAtomikosForSpringBoot3() {
            ClassLoader before = Thread.currentThread().getContextClassLoader();
            Thread.currentThread().setContextClassLoader(new AtomikosStarter(before));
            try {
                FailureAnalysis analysis = FailureReport.of(new IllegalStateException(
                        "context failed",
                        new NoClassDefFoundError(
                                "org/springframework/boot/autoconfigure/transaction/TransactionManagerCustomizers")));

                assertThat(analysis.getDescription()).contains("transactions-spring-boot3-starter");
                assertThat(analysis.getAction())
                        .contains("spring.autoconfigure.exclude=com.atomikos.spring.AtomikosAutoConfiguration");
            } finally {
                Thread.currentThread().setContextClassLoader(before);
            }
        }
    }

    private static FailureAnalysis refusal(ApplicationContextRunner runner) {
        FailureAnalysis[] analysis = new FailureAnalysis[1];
        runner.run(context -> {
            assertThat(context).hasFailed();
            analysis[0] = FailureReport.of(context.getStartupFailure());
        });
        return analysis[0];
    }

    @Configuration(proxyBeanMethods = false)
    static class LocalTransactions {

        @Bean
        DataSourceTransactionManager localTransactions(DataSource dataSource) {
            return new DataSourceTransactionManager(new LazyConnectionDataSourceProxy(dataSource));
        }
    }

    @Configuration
    static class Named implements TransactionManagementConfigurer {

        @Bean
        ProducerTransactions producers() {
            return new ProducerTransactions();
        }

        @Override
        public org.springframework.transaction.TransactionManager annotationDrivenTransactionManager() {
            return producers();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoOverJta {

        @Bean
        JtaTransactionManager one(PostgresXa xa) {
            return new PostgresXaTransactionManager(xa);
        }

        @Bean
        JtaTransactionManager two(PostgresXa xa) {
            return new PostgresXaTransactionManager(xa);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class HalfAManager {

        @Bean
        TransactionManager somebodysManager() {
            return (TransactionManager) Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {TransactionManager.class},
                    (proxy, method, args) -> method.getName().equals("hashCode") ? 1 : null);
        }
    }

    static final class AtomikosStarter extends ClassLoader {

        AtomikosStarter(ClassLoader parent) {
            super(parent);
        }

        @Override
        public java.net.URL getResource(String name) {
            return name.equals("com/atomikos/spring/AtomikosAutoConfiguration.class")
                    ? super.getResource("META-INF/spring.factories")
                    : super.getResource(name);
        }
    }
}
