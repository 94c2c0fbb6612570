package io.github.postgresxa.spring.autoconfigure;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.spring.doctor.DoctorAtStart;
import io.github.postgresxa.spring.metrics.NodePoolMetadata;
import io.github.postgresxa.spring.node.DestructionOrder;
import io.github.postgresxa.spring.node.InjectionByName;
import io.github.postgresxa.spring.node.Nodes;
import io.github.postgresxa.spring.node.NodesRegistrar;
import io.github.postgresxa.spring.transaction.ForeignManagers;
import io.github.postgresxa.spring.transaction.LocalTransactionsCheck;
import io.github.postgresxa.spring.transaction.OnlyUserTransaction;
import io.github.postgresxa.spring.transaction.PostgresXaTransactionManager;
import io.github.postgresxa.spring.transaction.PrimaryManager;
import io.github.postgresxa.spring.transaction.SpringManagerCheck;
import io.github.postgresxa.spring.transaction.SpringTransactions;
import jakarta.transaction.UserTransaction;
import java.time.Duration;
import java.util.Optional;
import org.postgresql.xa.PGXADataSource;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizers;
import org.springframework.boot.transaction.autoconfigure.TransactionProperties;
import org.springframework.boot.transaction.jta.autoconfigure.JtaAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import org.springframework.dao.support.PersistenceExceptionTranslator;
import org.springframework.transaction.jta.JtaTransactionManager;

/**
 * Auto-configures transactions over the PostgreSQL nodes of {@code postgres.xa.nodes}.
 *
 * <p>{@link JtaAutoConfiguration} comes before everything in Spring Boot that would define a transaction manager or a
 * DataSource, so this class comes before it. It must not be ordered after any transaction auto-configuration: that is a
 * cycle. The Agroal starter would add a DataSource beside the nodes, so it comes later and finds ours. The Narayana
 * starter defines a JTA transaction manager, so it comes first and this class uses it.
 */
@AutoConfiguration(
        before = JtaAutoConfiguration.class,
        beforeName = "io.agroal.springframework.boot.AgroalDataSourceAutoConfiguration",
        afterName = "dev.snowdrop.boot.narayana.autoconfigure.NarayanaAutoConfiguration")
@ConditionalOnClass({PGXADataSource.class, JtaTransactionManager.class})
@ConditionalOnBooleanProperty(name = "postgres.xa.enabled", matchIfMissing = true)
@Conditional(ManageMode.class)
@EnableConfigurationProperties(PostgresXaProperties.class)
@Import({UnknownKeys.class, NodesRegistrar.class, ExistingManagerConfiguration.class, EmbeddedManagerConfiguration.class
})
public final class PostgresXaAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    PostgresXaConnectionDetails postgresXaConnectionDetails(PostgresXaProperties properties) {
        return new PropertiesConnectionDetails(properties);
    }

    /**
     * Owns the pools, the manager and recovery, so that no order between them has to be declared. It is closed after
     * all beans that use it.
     */
    @Bean
    PostgresXa postgresXa(
            Environment environment,
            PostgresXaProperties properties,
            PostgresXaConnectionDetails connectionDetails,
            ManagerChoice manager,
            SpringTransactions transactions,
            ObjectProvider<TransactionProperties> transactionProperties,
            ObjectProvider<XaListener> listeners,
            ObjectProvider<PostgresXaCustomizer> customizers) {
        PostgresXa.Builder builder = PostgresXa.builder()
                .name(properties.applicationName(environment))
                .home(properties.decision().home())
                .commit(properties.commit().toSettings())
                .decision(properties.decision().toSettings())
                .recovery(properties.recovery().toSettings())
                .closeLimit(PostgresXaLifecycle.limit(phaseTimeout(environment)))
                .characteristics(transactions::characteristics);
        for (String node : Nodes.in(environment).names()) {
            builder.node(properties.toSettings(node, connectionDetails.node(node)));
        }
        DefaultTimeout.in(transactionProperties)
                .map(DefaultTimeout::value)
                .or(() -> Optional.ofNullable(properties.transactionTimeout()))
                .ifPresent(builder::transactionTimeout);
        manager.applyTo(builder);
        listeners.orderedStream().forEach(builder::listener);
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        PostgresXa xa = PostgresXaLifecycle.start(builder);
        transactions.keepIn(xa.transactionSynchronizationRegistry());
        return xa;
    }

    @Bean
    SpringTransactions postgresXaSpringTransactions() {
        return new SpringTransactions();
    }

    @Bean
    static ForeignManagers postgresXaForeignManagers(
            ObjectProvider<SpringTransactions> transactions, ObjectProvider<PostgresXa> xa) {
        return new ForeignManagers(transactions::getObject, xa::getObject);
    }

    @Bean
    PostgresXaLifecycle postgresXaLifecycle(PostgresXa xa, Environment environment) {
        return new PostgresXaLifecycle(xa, phaseTimeout(environment));
    }

    private static Duration phaseTimeout(Environment environment) {
        return Binder.get(environment)
                .bind("spring.lifecycle.timeout-per-shutdown-phase", Duration.class)
                .orElse(Duration.ofSeconds(30));
    }

    @Bean
    static InjectionByName postgresXaInjectionByName(Environment environment) {
        return new InjectionByName(environment);
    }

    @Bean
    static DestructionOrder postgresXaDestructionOrder(Environment environment) {
        return new DestructionOrder(environment, "postgresXa");
    }

    @Bean
    @Primary
    @Conditional(OnMissingJtaManager.class)
    JtaTransactionManager transactionManager(
            PostgresXa xa,
            ObjectProvider<TransactionManagerCustomizers> customizers,
            ObjectProvider<TransactionProperties> properties,
            ListableBeanFactory beans) {
        PostgresXaTransactionManager manager = new PostgresXaTransactionManager(
                xa,
                () -> beans.getBeanProvider(PersistenceExceptionTranslator.class, false)
                        .orderedStream());
        customizers.ifAvailable(all -> all.customize(manager));
        DefaultTimeout.in(properties).ifPresent(timeout -> timeout.refine(manager));
        return manager;
    }

    @Bean
    static PrimaryManager postgresXaPrimaryManager() {
        return new PrimaryManager();
    }

    @Bean
    static LocalTransactionsCheck postgresXaLocalTransactionsCheck(ConfigurableListableBeanFactory beans) {
        return new LocalTransactionsCheck(() -> beans.containsSingleton("postgresXa")
                ? Optional.of(beans.getBean("postgresXa", PostgresXa.class))
                : Optional.empty());
    }

    @Bean
    SpringManagerCheck postgresXaSpringManagerCheck(ListableBeanFactory beans) {
        return new SpringManagerCheck(beans);
    }

    @Bean
    @ConditionalOnMissingBean
    UserTransaction userTransaction(PostgresXa xa) {
        return new OnlyUserTransaction(xa.userTransaction());
    }

    @Bean
    @ConditionalOnBooleanProperty(name = "postgres.xa.doctor.at-start", matchIfMissing = true)
    DoctorAtStart postgresXaDoctorAtStart(PostgresXa xa) {
        return new DoctorAtStart(xa.operations());
    }

    @Bean
    DataSourcePoolMetadataProvider postgresXaPoolMetadataProvider(PostgresXa xa) {
        return NodePoolMetadata.provider(xa);
    }
}
