package io.github.postgresxa.spring.autoconfigure.test;

import io.github.postgresxa.spring.autoconfigure.PostgresXaConnectionDetails;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.TestNodes;
import java.util.List;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Makes every bean that knows the addresses of nodes answer with those of the test's nodes, unless it names one of the
 * test kit's own servers or proxies anyway.
 *
 * @param running the test's nodes
 */
record NodeAddresses(List<PostgresNode> running) implements BeanPostProcessor {

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof PostgresXaConnectionDetails application ? of(application) : bean;
    }

    private PostgresXaConnectionDetails of(PostgresXaConnectionDetails application) {
        return name -> {
            PostgresXaConnectionDetails.Node configured = application.node(name);
            return TestNodes.own(configured.url())
                    ? configured
                    : running.stream()
                            .filter(node -> node.name().equals(name))
                            .findFirst()
                            .map(NodeAddresses::address)
                            .orElse(configured);
        };
    }

    private static PostgresXaConnectionDetails.Node address(PostgresNode node) {
        return new PostgresXaConnectionDetails.Node(node.jdbcUrl(), node.username(), node.password());
    }
}
