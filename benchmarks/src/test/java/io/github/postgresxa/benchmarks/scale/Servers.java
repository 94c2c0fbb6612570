package io.github.postgresxa.benchmarks.scale;

import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.test.PostgresNode;
import java.util.List;

/** What the measurements do with the nodes of a test class. */
final class Servers {

    private Servers() {}

    static NodeSettings settings(PostgresNode node) {
        return new NodeSettings(node.name(), node.jdbcUrl(), node.username(), node.password());
    }

    static PostgresXa.Builder builder(PostgresNode... nodes) {
        PostgresXa.Builder builder =
                PostgresXa.builder().transactionManager(ManagerKind.ATOMIKOS).name("scale");
        for (PostgresNode node : nodes) {
            builder.node(settings(node));
        }
        return builder;
    }

    static void schema(PostgresNode... nodes) {
        List.of(nodes).forEach(n -> n.execute(Operations.ddl("pgxa")));
    }

    static String identity(PostgresNode node) {
        return node.queryForString("select identity from pgxa.node");
    }

    /** {@return system identifier and timeline, as rows contain them} */
    static String incarnation(PostgresNode node) {
        return node.queryForString("select (select system_identifier from pg_control_system()) || ':' || "
                + "left(pg_walfile_name(pg_current_wal_lsn()), 8)");
    }
}
