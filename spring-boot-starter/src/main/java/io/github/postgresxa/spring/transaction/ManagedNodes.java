package io.github.postgresxa.spring.transaction;

import io.github.postgresxa.PostgresXa;
import java.lang.reflect.Method;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.transaction.TransactionManager;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/** Finds the node behind a DataSource, or behind a transaction manager that works on one, directly or through JPA. */
final class ManagedNodes {

    private ManagedNodes() {}

    /**
     * Finds the node of a manager. All of Spring's managers over a DataSource have the method {@code getDataSource}; it
     * is called by reflection, because not all of their classes are on the class path.
     */
    static Optional<String> of(TransactionManager manager, PostgresXa xa) {
        Method method = ClassUtils.getMethodIfAvailable(manager.getClass(), "getDataSource");
        if (method == null || !DataSource.class.isAssignableFrom(method.getReturnType())) {
            return Optional.empty();
        }
        ReflectionUtils.makeAccessible(method);
        DataSource dataSource = (DataSource) ReflectionUtils.invokeMethod(method, manager);
        return behind(dataSource, xa);
    }

    /** {@return the node that a DataSource leads to, directly or through wrappers} */
    static Optional<String> behind(@Nullable DataSource dataSource, PostgresXa xa) {
        return xa.nodeNames().stream()
                .filter(node -> leadsTo(dataSource, xa.dataSource(node)))
                .findFirst();
    }

    private static boolean leadsTo(@Nullable DataSource dataSource, DataSource node) {
        if (dataSource == null) {
            return false;
        }
        if (dataSource instanceof DelegatingDataSource wrapper) {
            return leadsTo(wrapper.getTargetDataSource(), node);
        }
        if (dataSource instanceof AbstractRoutingDataSource routing) {
            return leadsTo(routing.getResolvedDefaultDataSource(), node)
                    || routing.getResolvedDataSources().values().stream().anyMatch(each -> leadsTo(each, node));
        }
        return dataSource == node || unwraps(dataSource, node);
    }

    /** Asks JDBC's own way, which proxies of Spring and of tools for tracing pass on. */
    private static boolean unwraps(DataSource dataSource, DataSource node) {
        try {
            Class<? extends DataSource> type = node.getClass();
            return dataSource.isWrapperFor(type) && dataSource.unwrap(type) == node;
        } catch (SQLException | RuntimeException e) {
            return false; // It does not say what is behind it.
        }
    }
}
