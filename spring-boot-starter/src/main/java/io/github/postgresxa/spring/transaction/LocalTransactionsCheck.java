package io.github.postgresxa.spring.transaction;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.PostgresXa;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.jta.JtaTransactionManager;

/**
 * Refuses what would run local transactions on a node: a transaction manager over its DataSource, or an
 * EntityManagerFactory without JTA. Each is looked at when it is created, so that one that is created late, or in a
 * child context, is refused before it is used.
 */
public final class LocalTransactionsCheck implements BeanPostProcessor, SmartInitializingSingleton {

    private static final String FOR_JTA = """
            Build it for JTA, with the EntityManagerFactoryBuilder of Spring Boot:

                return builder.dataSource(%s)
                        .packages("com.example.%s")
                        .persistenceUnit("%s")
                        .jta(true)
                        .build();

            Built without it, the factory needs the DataSource as its JTA DataSource (setJtaDataSource, or
            jakarta.persistence.jtaDataSource with jakarta.persistence.transactionType=JTA) and, for Hibernate,
            hibernate.transaction.jta.platform. A LocalSessionFactoryBean needs setJtaTransactionManager.""";

    private final Supplier<Optional<PostgresXa>> existing;
    private final Map<String, Object> beforeTheNodes = new ConcurrentHashMap<>();

    /**
     * Creates a check.
     *
     * @param existing finds the core if it exists, and does not create it
     */
    public LocalTransactionsCheck(Supplier<Optional<PostgresXa>> existing) {
        this.existing = existing;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean instanceof TransactionManager || JpaFactory.isOne(bean)) {
            existing.get().ifPresentOrElse(xa -> check(name, bean, xa), () -> beforeTheNodes.put(name, bean));
        }
        return bean;
    }

    /** Looks again at what was created before the core. Behind a lazy proxy it may lead to a node all the same. */
    @Override
    public void afterSingletonsInstantiated() {
        existing.get().ifPresent(xa -> beforeTheNodes.forEach((name, bean) -> check(name, bean, xa)));
        beforeTheNodes.clear();
    }

    static void check(String name, Object bean, PostgresXa xa) {
        if (bean instanceof TransactionManager manager) {
            if (!(manager instanceof JtaTransactionManager)) {
                ManagedNodes.of(manager, xa).ifPresent(node -> refuse(name, manager, node));
            }
            return;
        }
        JpaFactory factory = JpaFactory.of(bean);
        if (factory.isLocal()) {
            factory.node(dataSource -> ManagedNodes.behind(dataSource, xa))
                    .ifPresent(node -> refuse(name, factory.unit(), node));
        }
    }

    private static void refuse(String name, TransactionManager manager, String node) {
        throw new InvalidConfigurationException(
                ("The transaction manager '%s' (%s) works on the DataSource of node '%s'. What it commits would be"
                                + " committed on that node alone.")
                        .formatted(name, manager.getClass().getName(), node),
                "Remove it. @Transactional without a name spans all nodes, and costs no more where only one of them"
                        + " writes. A database that must stay outside of these transactions needs a separate"
                        + " DataSource bean, configured under a key of your choice.");
    }

    private static void refuse(String name, @Nullable String unit, String node) {
        throw new InvalidConfigurationException(
                ("The EntityManagerFactory '%s'%s works on the DataSource of node '%s' without JTA (RESOURCE_LOCAL)."
                                + " Its sessions would take no part in a transaction: a changed entity would not be"
                                + " written, and nothing thrown, while the other nodes commit.")
                        .formatted(name, unit == null ? "" : " (persistence unit '" + unit + "')", node),
                FOR_JTA.formatted(node, node, unit == null ? node : unit));
    }
}
