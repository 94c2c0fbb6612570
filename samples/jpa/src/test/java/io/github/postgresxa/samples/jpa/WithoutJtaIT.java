package io.github.postgresxa.samples.jpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.samples.jpa.east.EastAccount;
import io.github.postgresxa.spring.autoconfigure.PostgresXaAutoConfiguration;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.hibernate.dialect.PostgreSQLDialect;
import org.hibernate.engine.transaction.jta.platform.internal.NoJtaPlatform;
import org.hibernate.jpa.HibernatePersistenceConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jpa.EntityManagerFactoryBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.orm.jpa.hibernate.LocalSessionFactoryBean;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.jta.JtaTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** JPA that takes no part in the transactions over the nodes. Its changes would be missing, and nothing would fail. */
@PostgresNodes({"east", "west"})
@ExtendWith(OutputCaptureExtension.class)
class WithoutJtaIT {

    private static final String FACTORY = "eastFactory";

    private final PostgresNode east;
    private final PostgresNode west;
    private final ApplicationContextRunner nodes;

    WithoutJtaIT(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        this.nodes = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        PostgresXaAutoConfiguration.class,
                        DataSourceAutoConfiguration.class,
                        TransactionAutoConfiguration.class))
                .withPropertyValues(JpaIT.properties(east, west));
    }

    @BeforeEach
    void accounts() {
        JpaIT.accounts(east, west);
    }

    /** As docs/jpa.md has it, but for one line. */
    @EnableAutoConfiguration
    @Import({WestJpa.class, Transfers.class})
    @EnableJpaRepositories(
            basePackages = "io.github.postgresxa.samples.jpa.east",
            entityManagerFactoryRef = "eastEntityManagerFactory")
    static class OneLineMissing {

        @Bean
        LocalContainerEntityManagerFactoryBean eastEntityManagerFactory(
                EntityManagerFactoryBuilder builder, @Qualifier("eastDataSource") DataSource east) {
            return builder.dataSource(east)
                    .packages("io.github.postgresxa.samples.jpa.east")
                    .persistenceUnit("east")
                    .build();
        }
    }

    @Test
    void aFactoryWithoutItIsRefusedAtTheStart(CapturedOutput output) {
        assertThatThrownBy(() -> JpaIT.started(OneLineMissing.class, east, west)
                .getBean(Transfers.class)
                .transfer(25));
        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("The EntityManagerFactory 'eastEntityManagerFactory' (persistence unit 'east')")
                .contains("DataSource of node 'east' without JTA (RESOURCE_LOCAL)", "would not be written")
                .contains(".jta(true)");
        nothingMoved();
    }

    @ParameterizedTest
    @MethodSource
    void soIsOneBehindAWrapper(Function<DataSource, DataSource> wrapper) {
        isRefused(LocalContainerEntityManagerFactoryBean.class, beans -> factory(wrapper.apply(east(beans))));
    }

    static Stream<Function<DataSource, DataSource>> soIsOneBehindAWrapper() {
        return Stream.of(LazyConnectionDataSourceProxy::new, Traced::new, node ->
                (DataSource) new ProxyFactory(node).getProxy());
    }

    /** Wraps as tools for tracing do. */
    private static final class Traced extends AbstractDataSource {

        private final DataSource target;

        Traced(DataSource target) {
            this.target = target;
        }

        @Override
        public Connection getConnection() throws SQLException {
            return target.getConnection();
        }

        @Override
        public Connection getConnection(String username, String password) throws SQLException {
            return target.getConnection(username, password);
        }

        @Override
        public boolean isWrapperFor(Class<?> type) throws SQLException {
            return target.isWrapperFor(type);
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            return target.unwrap(type);
        }
    }

    @Test
    void soIsOneThatIsBuiltInTheBackground() {
        isRefused(LocalContainerEntityManagerFactoryBean.class, beans -> {
            LocalContainerEntityManagerFactoryBean factory = factory(east(beans));
            factory.setBootstrapExecutor(new SimpleAsyncTaskExecutor());
            return factory;
        });
    }

    @Test
    void soIsOneOfHibernateItself() {
        isRefused(EntityManagerFactory.class, beans -> plain(east(beans)));
    }

    private <T> void isRefused(Class<T> type, Function<BeanFactory, T> supplier) {
        withBean(type, supplier, false)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(InvalidConfigurationException.class)
                        .hasMessageContaining("'eastFactory'")
                        .hasMessageContaining("node 'east' without JTA"));
    }

    @Test
    void whatIsCreatedLateIsRefusedBeforeItIsUsed() {
        isRefusedLate(LocalContainerEntityManagerFactoryBean.class, beans -> factory(east(beans)), true);
        isRefusedLate(LocalSessionFactoryBean.class, WithoutJtaIT::sessionFactory, false);
    }

    /** Spring asks it for its product when somebody needs that. */
    private static LocalSessionFactoryBean sessionFactory(BeanFactory beans) {
        LocalSessionFactoryBean factory = new LocalSessionFactoryBean();
        factory.setDataSource(east(beans));
        factory.setAnnotatedClasses(EastAccount.class);
        return factory;
    }

    private <T> void isRefusedLate(Class<T> type, Function<BeanFactory, T> supplier, boolean lazy) {
        withBean(type, supplier, lazy)
                .run(context -> assertThatThrownBy(() -> context.getBean(FACTORY))
                        .hasRootCauseInstanceOf(InvalidConfigurationException.class)
                        .hasStackTraceContaining("node 'east' without JTA"));
    }

    private <T> ApplicationContextRunner withBean(Class<T> type, Function<BeanFactory, T> supplier, boolean lazy) {
        return nodes.withInitializer(context -> {
            Supplier<T> bean = () -> supplier.apply(context.getBeanFactory());
            ((GenericApplicationContext) context)
                    .registerBean(FACTORY, type, bean, definition -> definition.setLazyInit(lazy));
        });
    }

    @Test
    void aChildContextIsCheckedToo() {
        nodes.run(parent -> {
            for (Class<?> child : List.of(ChildFactory.class, ChildManager.class)) {
                assertThatThrownBy(() -> new SpringApplicationBuilder(child)
                                .parent(parent.getSourceApplicationContext())
                                .web(WebApplicationType.NONE)
                                .run())
                        .hasRootCauseInstanceOf(InvalidConfigurationException.class)
                        .hasStackTraceContaining("node 'east'");
            }
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class ChildFactory {

        @Bean
        LocalContainerEntityManagerFactoryBean childFactory(@Qualifier("eastDataSource") DataSource east) {
            return factory(east);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ChildManager {

        @Bean
        JdbcTransactionManager childManager(@Qualifier("eastDataSource") DataSource east) {
            return new JdbcTransactionManager(east);
        }
    }

    @Test
    void aDatabaseThatIsNoNodeMayHaveOne() {
        nodes.withBean(
                        "elsewhere",
                        LocalContainerEntityManagerFactoryBean.class,
                        () -> factory(new DriverManagerDataSource(west.jdbcUrl(), west.username(), west.password())))
                .run(context -> {
                    EntityManager session = SharedEntityManagerCreator.createSharedEntityManager(
                            context.getBean(EntityManagerFactory.class));
                    new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
                            .executeWithoutResult(status -> {
                                session.find(EastAccount.class, 1);
                                new JdbcTemplate(east(context)).update("update account set balance = 1");
                            });
                    assertThat(JpaIT.balance(east, 1)).isEqualTo(1);
                });
    }

    /** The start cannot see a factory that is no bean. */
    @Test
    void aSessionWithoutItEndsTheTransactionInARollback() {
        nodes.run(context -> {
            try (EntityManagerFactory factory = plain(east(context))) {
                assertThatExceptionOfType(UnexpectedRollbackException.class)
                        .isThrownBy(() -> transfer(context, factory))
                        .withMessageContaining("over node 'east', takes no part in the transaction")
                        .withMessageContaining("jta(true)");
            }
        });
        nothingMoved();
    }

    @Test
    void soDoesOneWhoseFactoryDoesNotKnowTheTransactionManager() {
        nodes.run(context -> {
            LocalContainerEntityManagerFactoryBean builder = factory();
            builder.setJtaDataSource(east(context));
            builder.getJpaPropertyMap().put("hibernate.transaction.jta.platform", NoJtaPlatform.INSTANCE);
            builder.getJpaPropertyMap().put("hibernate.dialect", PostgreSQLDialect.class);
            builder.afterPropertiesSet();
            assertThatExceptionOfType(UnexpectedRollbackException.class)
                    .isThrownBy(() -> transfer(context, Objects.requireNonNull(builder.getObject())))
                    .withMessageContaining("does not know the transaction manager")
                    .withMessageContaining("hibernate.transaction.jta.platform");
            builder.destroy();
        });
        nothingMoved();
    }

    @Test
    void alsoWhereTheTransactionIsBegunWithoutSpring() {
        nodes.run(context -> {
            try (EntityManagerFactory factory = plain(east(context))) {
                PostgresXa xa = context.getBean(PostgresXa.class);
                assertThatExceptionOfType(IllegalTransactionStateException.class)
                        .isThrownBy(() -> xa.inTransaction(() -> transfer(context, factory)))
                        .withMessageContaining("over node 'east', takes no part in the transaction");
            }
        });
        nothingMoved();
    }

    @Configuration(proxyBeanMethods = false)
    static class AnotherManager {

        @Bean
        JtaTransactionManager anotherManager(UserTransaction userTransaction, TransactionManager manager) {
            return new JtaTransactionManager(userTransaction, manager);
        }
    }

    @Test
    void alsoWithAnotherManagerOfSpring() {
        nodes.withUserConfiguration(AnotherManager.class).run(context -> {
            try (EntityManagerFactory factory = plain(east(context))) {
                assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
                        .isThrownBy(() -> transfer(context, factory))
                        .withMessageContaining("over node 'east', takes no part in the transaction");
            }
        });
        nothingMoved();
    }

    private static void transfer(BeanFactory beans, EntityManagerFactory factory) {
        EntityManager session = SharedEntityManagerCreator.createSharedEntityManager(factory);
        DataSource west = beans.getBean("westDataSource", DataSource.class);
        new TransactionTemplate(beans.getBean(PlatformTransactionManager.class)).executeWithoutResult(status -> {
            session.find(EastAccount.class, 1).add(-25);
            new JdbcTemplate(west).update("update account set balance = balance + 25 where id = 7");
        });
    }

    private void nothingMoved() {
        assertThat(JpaIT.balance(east, 1)).isEqualTo(1000);
        assertThat(JpaIT.balance(west, 7)).isEqualTo(1000);
        assertThat(east.preparedTransactions()).isEmpty();
        assertThat(west.preparedTransactions()).isEmpty();
    }

    private static DataSource east(BeanFactory beans) {
        return beans.getBean("eastDataSource", DataSource.class);
    }

    private static LocalContainerEntityManagerFactoryBean factory(DataSource dataSource) {
        LocalContainerEntityManagerFactoryBean factory = factory();
        factory.setDataSource(dataSource);
        return factory;
    }

    private static LocalContainerEntityManagerFactoryBean factory() {
        LocalContainerEntityManagerFactoryBean factory = new LocalContainerEntityManagerFactoryBean();
        factory.setPersistenceUnitName("east");
        factory.setPackagesToScan("io.github.postgresxa.samples.jpa.east");
        factory.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
        return factory;
    }

    private static EntityManagerFactory plain(DataSource dataSource) {
        return new HibernatePersistenceConfiguration("east")
                .managedClass(EastAccount.class)
                .property("jakarta.persistence.nonJtaDataSource", dataSource)
                .createEntityManagerFactory();
    }
}
