package io.github.postgresxa.managers;

import io.github.postgresxa.test.manager.ManagedApplication;
import io.github.postgresxa.test.manager.NodeAddress;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.UserTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.PlatformTransactionManager;

/** An application with the starter of Narayana beside ours: that one brings the transaction manager. */
final class NarayanaStarterApplication implements ManagedApplication {

    private final ConfigurableApplicationContext context;
    private final TransactionManager manager;
    private final UserTransaction userTransaction;
    private final TransactionSynchronizationRegistry registry;
    private final Map<String, DataSource> dataSources;

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Beans {}

    NarayanaStarterApplication(List<NodeAddress> nodes) {
        List<String> arguments = new ArrayList<>(List.of(
                "--spring.main.banner-mode=off",
                "--logging.level.root=error",
                "--spring.lifecycle.timeout-per-shutdown-phase=1s",
                "--narayana.node-identifier=contract",
                "--narayana.log-dir=target/narayana",
                "--postgres.xa.name=contract",
                "--postgres.xa.decision.home=first-used",
                "--postgres.xa.recovery.interval=200ms",
                "--postgres.xa.recovery.grace=600ms"));
        for (NodeAddress node : nodes) {
            String prefix = "--postgres.xa.nodes." + node.name();
            arguments.add(prefix + ".url=" + node.jdbcUrl());
            arguments.add(prefix + ".username=" + node.username());
            arguments.add(prefix + ".password=" + node.password());
        }
        context = new SpringApplicationBuilder(Beans.class)
                .web(WebApplicationType.NONE)
                .run(arguments.toArray(String[]::new));
        manager = context.getBean(TransactionManager.class);
        userTransaction = context.getBean(UserTransaction.class);
        registry = context.getBean(TransactionSynchronizationRegistry.class);
        dataSources = Map.copyOf(context.getBeansOfType(DataSource.class));
    }

    PlatformTransactionManager springTransactions() {
        return context.getBean(PlatformTransactionManager.class);
    }

    @Override
    public TransactionManager transactionManager() {
        return manager;
    }

    @Override
    public UserTransaction userTransaction() {
        return userTransaction;
    }

    @Override
    public TransactionSynchronizationRegistry synchronizationRegistry() {
        return registry;
    }

    @Override
    public DataSource dataSource(String node) {
        return Objects.requireNonNull(dataSources.get(node + "DataSource"));
    }

    @Override
    public void close() {
        context.close();
    }
}
