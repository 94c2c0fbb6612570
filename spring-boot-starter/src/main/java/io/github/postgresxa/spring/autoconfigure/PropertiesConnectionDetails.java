package io.github.postgresxa.spring.autoconfigure;

import io.github.postgresxa.InvalidConfigurationException;
import java.util.Locale;

/** Reads the addresses of the nodes from {@code postgres.xa.nodes.*}. */
final class PropertiesConnectionDetails implements PostgresXaConnectionDetails {

    private final PostgresXaProperties properties;

    PropertiesConnectionDetails(PostgresXaProperties properties) {
        this.properties = properties;
    }

    @Override
    public Node node(String name) {
        PostgresXaProperties.Node node = properties.nodes().get(name);
        String url = node == null ? null : node.url();
        if (node == null || url == null || url.isBlank()) {
            throw new InvalidConfigurationException(
                    "The node '%s' has no URL.".formatted(name),
                    ("Set postgres.xa.nodes.%s.url, for example to jdbc:postgresql://host:5432/database. If there"
                                    + " should be no such node, look for a property or an environment variable"
                                    + " (POSTGRES_XA_NODES_%s_...) that begins with its name.")
                            .formatted(name, name.toUpperCase(Locale.ROOT)));
        }
        return new Node(url, node.username(), node.password());
    }
}
