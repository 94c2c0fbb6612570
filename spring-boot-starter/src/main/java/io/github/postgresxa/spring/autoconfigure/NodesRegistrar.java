package io.github.postgresxa.spring.autoconfigure;

import io.github.postgresxa.PostgresXa;
import javax.sql.DataSource;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.beans.factory.BeanRegistry.Spec;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Two beans for each node, {@code <node>DataSource} and {@code <node>JdbcClient}. They stay candidates for injection by type,
 * because everything in Spring Boot that needs a DataSource looks for one; those of the primary node are preferred.
 */
final class NodesRegistrar implements BeanRegistrar {

    @Override
    public void register(BeanRegistry registry, Environment environment) {
        Nodes nodes = Nodes.in(environment);
        for (String node : nodes.names()) {
            String dataSource = node + "DataSource";
            registry.registerBean(
                    dataSource,
                    DataSource.class,
                    spec -> describe(spec, nodes, node)
                            .supplier(context -> context.bean(PostgresXa.class).dataSource(node)));
            registry.registerBean(
                    node + "JdbcClient",
                    JdbcClient.class,
                    spec -> describe(spec, nodes, node)
                            .supplier(context ->
                                    NodeJdbcClient.create(context.bean(dataSource, DataSource.class), context)));
        }
    }

    private static <T> Spec<T> describe(Spec<T> spec, Nodes nodes, String node) {
        spec.description("PostgreSQL node '" + node + "'");
        return nodes.isPrimary(node) ? spec.primary() : spec;
    }
}
