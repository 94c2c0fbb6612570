package io.github.postgresxa.spring.node;

import io.github.postgresxa.PostgresXa;
import javax.sql.DataSource;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.beans.factory.BeanRegistry.Spec;
import org.springframework.beans.factory.BeanRegistry.SupplierContext;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Registers two beans for each node, {@code <node>DataSource} and {@code <node>JdbcClient}. They stay candidates for
 * injection by type, because Spring Boot finds a DataSource by its type.
 *
 * <p>The primary node's DataSource is {@code @Primary}: Spring Boot uses it for its JdbcTemplate, JPA and migrations.
 * {@link InjectionByName} and {@link PrimaryJdbcClient} let the name of a field or parameter win against it.
 */
public final class NodesRegistrar implements BeanRegistrar {

    @Override
    public void register(BeanRegistry registry, Environment environment) {
        Nodes nodes = Nodes.in(environment);
        for (String node : nodes.names()) {
            registry.registerBean(dataSource(node), DataSource.class, spec -> dataSource(spec, nodes, node));
            if (nodes.isPrimary(node)) {
                registry.registerBean(
                        client(node),
                        PrimaryJdbcClient.class,
                        spec -> describe(spec, node).supplier(context -> new PrimaryJdbcClient(client(node, context))));
            } else {
                registry.registerBean(
                        client(node),
                        JdbcClient.class,
                        spec -> describe(spec, node).supplier(context -> client(node, context)));
            }
        }
    }

    private static void dataSource(Spec<DataSource> spec, Nodes nodes, String node) {
        describe(spec, node).supplier(context -> context.bean(PostgresXa.class).dataSource(node));
        if (nodes.isPrimary(node)) {
            spec.primary();
        }
    }

    private static <T> Spec<T> describe(Spec<T> spec, String node) {
        return spec.description("PostgreSQL node '" + node + "'");
    }

    private static JdbcClient client(String node, SupplierContext context) {
        return NodeJdbcClient.create(context.bean(dataSource(node), DataSource.class), context);
    }

    static String dataSource(String node) {
        return node + "DataSource";
    }

    static String client(String node) {
        return node + "JdbcClient";
    }
}
