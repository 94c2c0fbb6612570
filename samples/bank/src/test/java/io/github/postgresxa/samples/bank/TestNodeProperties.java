package io.github.postgresxa.samples.bank;

import io.github.postgresxa.test.PostgresNode;
import java.util.List;
import org.springframework.test.context.DynamicPropertyRegistry;

/** Configures a bank with the nodes of the test class. */
final class TestNodeProperties {

    private TestNodeProperties() {}

    static void register(DynamicPropertyRegistry properties) {
        for (String name : List.of("east", "west")) {
            var prefix = "postgres.xa.nodes." + name;
            properties.add(prefix + ".url", () -> PostgresNode.of(name).jdbcUrl());
            properties.add(prefix + ".username", () -> PostgresNode.of(name).username());
            properties.add(prefix + ".password", () -> PostgresNode.of(name).password());
        }
    }
}
