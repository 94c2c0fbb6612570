package io.github.postgresxa.spring.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/**
 * Provides the addresses of the nodes, for applications that get them from containers or from a platform instead of
 * from properties. Define one bean of this type; it answers for all nodes.
 *
 * <p>The names of the nodes still come from properties, because beans are named after them: a node exists as soon as
 * one property begins with {@code postgres.xa.nodes.<node>.}
 */
@FunctionalInterface
public interface PostgresXaConnectionDetails extends ConnectionDetails {

    /**
     * Returns the address of a node. It is called once for each node, when the nodes are opened.
     *
     * @param name the node's configured name
     * @return its address
     */
    Node node(String name);

    /**
     * The address of a node.
     *
     * @param url a {@code jdbc:postgresql:} URL
     * @param username the role, or null if it comes from the URL or from the driver's defaults
     * @param password the password, or null if the server requires none
     */
    record Node(
            String url, @Nullable String username, @Nullable String password) {

        /** {@return a text without any value, because each of them can contain credentials} */
        @Override
        public String toString() {
            return "Node[...]";
        }
    }
}
