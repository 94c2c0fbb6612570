package io.github.postgresxa.test;

import io.github.postgresxa.test.server.Server;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts a node on a directory of the caller, without JUnit and without Docker.
 *
 * <p>The data is kept between runs. The server is not a child of this process: if the process is killed, the server
 * keeps running. The next start on the same directory takes it over, whether it still runs or has to recover from a
 * crash. Only {@link PostgresNode#stop} and {@link PostgresNode#close} end it. Only one process at a time can use a
 * directory.
 *
 * <p>Every local user can log in as the superuser, so this is for tests and samples. The server listens on loopback
 * only. It writes its log beside the data directory: {@code east} has {@code east.log}.
 */
public final class EmbeddedNode {
    private final String name;
    private final Path dataDirectory;
    private final List<String> settings = new ArrayList<>();
    private String database = "postgres";
    private int port = Server.ANY_PORT;

    EmbeddedNode(String name, Path dataDirectory) {
        this.name = name;
        this.dataDirectory = dataDirectory;
    }

    /** Listens on this port. By default the node looks for a free port once and keeps it while it stays free. */
    public EmbeddedNode port(int port) {
        this.port = port;
        return this;
    }

    /** Uses this database, made at the first start. The default is {@code postgres}. */
    public EmbeddedNode database(String database) {
        this.database = database;
        return this;
    }

    /**
     * Adds server settings to the durable defaults, or replaces them.
     *
     * @param settings lines of {@code postgresql.conf} without quotes, such as {@code max_connections=50}
     */
    public EmbeddedNode settings(String... settings) {
        this.settings.addAll(List.of(settings));
        return this;
    }

    /**
     * {@return the running node}
     *
     * @throws IllegalStateException if the server cannot be started; the message contains the end of its log
     */
    public PostgresNode start() {
        var server = Server.embedded(name, dataDirectory, port, settings);
        server.start();
        var node = new ServerNode(name, server, database);
        try {
            Databases.createIfMissing(node);
        } catch (RuntimeException e) {
            server.stop();
            throw e;
        }
        return node;
    }
}
