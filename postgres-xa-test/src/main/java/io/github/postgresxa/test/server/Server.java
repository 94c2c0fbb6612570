package io.github.postgresxa.test.server;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** One PostgreSQL server, however it runs. The methods that change it return when the change has happened. */
public interface Server {
    /** Find a free port, or use the one that the data directory remembers. */
    int ANY_PORT = 0;

    /**
     * {@return a server that runs as a process of this machine; not started yet}
     *
     * @param name how messages call it
     * @param dataDirectory PostgreSQL's data directory; created at the first start
     * @param port the port, or {@link #ANY_PORT}
     * @param settings replace or complete the durable defaults
     * @throws IllegalStateException if the operating system is neither Linux nor macOS
     */
    static Server embedded(String name, Path dataDirectory, int port, List<String> settings) {
        if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            throw new IllegalStateException(
                    "nodes as processes need Linux or macOS: run the tests there, in WSL, or with containers");
        }
        return new EmbeddedServer(name, dataDirectory, port, ServerSettings.durableWith(settings));
    }

    /** {@return the host that it listens on} */
    String host();

    /** {@return the port; it is known from the first start on and never changes after it} */
    int port();

    /** {@return the name of a superuser} */
    String username();

    /** {@return the superuser's password} */
    String password();

    /** {@return PostgreSQL's data directory, or empty if the server runs in a container} */
    Optional<Path> dataDirectory();

    /** Starts the server, with crash recovery if it was killed. */
    void start();

    /** Ends the sessions and the server in order (a "fast" shutdown). */
    void stop();

    /** Ends the server and all its sessions at the same moment with SIGKILL. */
    void kill();

    /** Freezes the server and all its sessions. */
    void pause();

    /** Resumes a paused server. */
    void resume();

    /** {@return whether the server process exists; true for a paused one} */
    boolean isRunning();

    /** Ends the server for good and as fast as possible: its data is not read again. */
    void discard();

    /** {@return the JDBC URL of a database, without credentials} */
    default String jdbcUrl(String database) {
        return "jdbc:postgresql://%s:%d/%s".formatted(host(), port(), database);
    }

    /** {@return a new connection of the superuser to a database, in autocommit mode} */
    default Connection connect(String database) throws SQLException {
        return Login.connect(jdbcUrl(database), username(), password());
    }
}
