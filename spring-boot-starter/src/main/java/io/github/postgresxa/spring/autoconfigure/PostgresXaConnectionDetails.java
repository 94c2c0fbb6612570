package io.github.postgresxa.spring.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/**
 * Where the nodes are, for applications that learn it from containers or from a platform instead of from properties. Define a
 * bean of this type to answer for all nodes.
 *
 * <p>The names of the nodes come from properties nevertheless, because beans are named after them: a node is known as soon as
 * one property begins with {@code postgres.xa.nodes.<node>.}
 */
@FunctionalInterface
public interface PostgresXaConnectionDetails extends ConnectionDetails {

    /**
     * Is asked once for each node, when the nodes are opened.
     *
     * @param name the node's configured name
     * @return its address
     */
    Node node(String name);

    /**
     * The address of a node.
     *
     * @param url a {@code jdbc:postgresql:} URL
     * @param username the role, or null if the URL or the driver's defaults say it
     * @param password the password, or null if the server asks for none
     */
    record Node(
            String url, @Nullable String username, @Nullable String password) {

        /** {@return no value at all: each of them can hold credentials} */
        @Override
        public String toString() {
            return "Node[...]";
        }
    }
}
