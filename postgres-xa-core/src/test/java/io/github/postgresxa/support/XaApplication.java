package io.github.postgresxa.support;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.test.manager.ManagedApplication;
import io.github.postgresxa.test.manager.NodeAddress;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.UserTransaction;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/** A {@link PostgresXa} without Spring, as the contract of the managers uses it. */
public class XaApplication implements ManagedApplication {

    public final PostgresXa xa;

    protected XaApplication(List<NodeAddress> nodes, UnaryOperator<PostgresXa.Builder> manager) {
        PostgresXa.Builder builder = PostgresXa.builder()
                .name("contract")
                .home("first-used")
                .recovery(Bank.FAST)
                .closeLimit(Duration.ofSeconds(1));
        nodes.forEach(n -> builder.node(n.name(), n.jdbcUrl(), n.username(), n.password()));
        xa = manager.apply(builder).build();
    }

    /** Starts one with a manager that enlists any resource. */
    public static XaApplication start(List<NodeAddress> nodes, UnaryOperator<PostgresXa.Builder> manager) {
        return new XaApplication(nodes, manager);
    }

    @Override
    public TransactionManager transactionManager() {
        return xa.transactionManager();
    }

    @Override
    public UserTransaction userTransaction() {
        return xa.userTransaction();
    }

    @Override
    public TransactionSynchronizationRegistry synchronizationRegistry() {
        return xa.transactionSynchronizationRegistry();
    }

    @Override
    public DataSource dataSource(String node) {
        return xa.dataSource(node);
    }

    @Override
    public void close() {
        xa.close();
    }
}
