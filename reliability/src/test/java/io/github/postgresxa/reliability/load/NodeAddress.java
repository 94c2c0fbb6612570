package io.github.postgresxa.reliability.load;

import io.github.postgresxa.test.PostgresNode;

/**
 * How an application reaches a node, directly or through a proxy.
 *
 * @param name the node's name
 * @param host host
 * @param port port of the server, or of a proxy in front of it
 * @param database database
 * @param username role
 * @param password its password
 */
public record NodeAddress(String name, String host, int port, String database, String username, String password) {

    /** {@return the direct address of a node} */
    public static NodeAddress direct(PostgresNode node) {
        return through(node, node.port());
    }

    /** {@return the address of a node through a proxy on another port of this machine} */
    public static NodeAddress through(PostgresNode node, int port) {
        return new NodeAddress(node.name(), "127.0.0.1", port, node.database(), node.username(), node.password());
    }

    /**
     * {@return the URL, the same for every stack}
     *
     * <p>The limit on waiting for a lock is the application's answer to deadlocks over two servers, which no server
     * can see.
     */
    public String url() {
        return "jdbc:postgresql://%s:%d/%s?sslmode=disable&gssEncMode=disable&options=-c%%20lock_timeout=3000"
                .formatted(host, port, database);
    }

    /** {@return this address as one word} */
    public String text() {
        return String.join(",", name, host, Integer.toString(port), database, username, password + ".");
    }

    /** {@return the address that {@link #text} wrote} */
    public static NodeAddress parse(String text) {
        String[] part = text.split(",");
        return new NodeAddress(
                part[0],
                part[1],
                Integer.parseInt(part[2]),
                part[3],
                part[4],
                part[5].substring(0, part[5].length() - 1));
    }
}
