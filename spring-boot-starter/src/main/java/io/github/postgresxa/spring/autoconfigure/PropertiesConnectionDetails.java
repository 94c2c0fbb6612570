package io.github.postgresxa.spring.autoconfigure;

import io.github.postgresxa.configuration.Configuration;

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
            throw Configuration.noUrl(name);
        }
        return new Node(url, node.username(), node.password());
    }
}
