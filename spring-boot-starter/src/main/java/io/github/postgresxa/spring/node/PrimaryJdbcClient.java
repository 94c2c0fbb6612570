package io.github.postgresxa.spring.node;

import jakarta.annotation.Priority;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The client of the primary node. Injection by type prefers it only if no bean has the name of the field or parameter.
 * A {@code @Primary} bean would win against the name, too, and {@code JdbcClient westJdbcClient} would silently use
 * another node.
 */
@Priority(0)
final class PrimaryJdbcClient implements JdbcClient {

    private final JdbcClient client;

    PrimaryJdbcClient(JdbcClient client) {
        this.client = client;
    }

    @Override
    public StatementSpec sql(String sql) {
        return client.sql(sql);
    }
}
