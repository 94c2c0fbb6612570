package io.github.postgresxa.spring.transaction;

import io.github.postgresxa.spring.application.BankApplication;
import io.github.postgresxa.test.manager.Difference;
import io.github.postgresxa.test.manager.KnownManager;
import io.github.postgresxa.test.manager.ManagedApplication;
import io.github.postgresxa.test.manager.NodeAddress;
import io.github.postgresxa.test.manager.SpringManagerContract;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.UserTransaction;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.PlatformTransactionManager;

/** Spring's transactions over a manager that the starter starts. */
abstract class EmbeddedManagerPropagation extends SpringManagerContract {

    private final KnownManager manager;
    private final String name;
    private @Nullable ConfigurableApplicationContext context;

    /** @param name the value of {@code postgres.xa.transaction-manager} */
    EmbeddedManagerPropagation(KnownManager manager, String name) {
        this.manager = manager;
        this.name = name;
    }

    @Override
    protected final Set<Difference> differences() {
        return manager.differences();
    }

    @Override
    protected final ManagedApplication start(List<NodeAddress> nodes) {
        BankApplication.Starter starter = BankApplication.on()
                .with("postgres.xa.transaction-manager=" + name, "spring.lifecycle.timeout-per-shutdown-phase=1s");
        for (NodeAddress node : nodes) {
            String prefix = "postgres.xa.nodes." + node.name();
            starter.with(
                    prefix + ".url=" + node.jdbcUrl(),
                    prefix + ".username=" + node.username(),
                    prefix + ".password=" + node.password());
        }
        ConfigurableApplicationContext started = starter.start();
        context = started;
        return new Application(started);
    }

    @Override
    public final PlatformTransactionManager springTransactions() {
        return Objects.requireNonNull(context).getBean(PlatformTransactionManager.class);
    }

    private record Application(ConfigurableApplicationContext context) implements ManagedApplication {

        @Override
        public TransactionManager transactionManager() {
            return context.getBean(TransactionManager.class);
        }

        @Override
        public UserTransaction userTransaction() {
            return context.getBean(UserTransaction.class);
        }

        @Override
        public TransactionSynchronizationRegistry synchronizationRegistry() {
            return context.getBean(TransactionSynchronizationRegistry.class);
        }

        @Override
        public DataSource dataSource(String node) {
            return context.getBean(node + "DataSource", DataSource.class);
        }

        @Override
        public void close() {
            context.close();
        }
    }
}
