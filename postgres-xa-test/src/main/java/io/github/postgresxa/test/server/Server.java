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

    static Server embedded(String name, Path dataDirectory, int port, List<String> settings) {
        if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            throw new IllegalStateException(
                    "nodes as processes need Linux or macOS: run the tests there, in WSL, or with containers");
        }
        return new EmbeddedServer(name, dataDirectory, port, ServerSettings.durableWith(settings));
    }

    String host();

    /** {@return the port; it is known from the first start on and never changes after it} */
    int port();

    String username();

    String password();

    Optional<Path> dataDirectory();

    void start();

    void stop();

    void kill();

    void pause();

    void resume();

    boolean isRunning();

    /** Ends the server for good and as fast as possible: its data is not read again. */
    void discard();

    default String jdbcUrl(String database) {
        return "jdbc:postgresql://%s:%d/%s".formatted(host(), port(), database);
    }

    default Connection connect(String database) throws SQLException {
        return Login.connect(jdbcUrl(database), username(), password());
    }
}
