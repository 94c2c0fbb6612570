package io.github.postgresxa.test.container;

import io.github.postgresxa.test.server.ServerSettings;
import java.util.ArrayList;
import java.util.List;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** Docker would give the container another port at each start, and the node must keep its own. */
final class FixedPortContainer extends PostgreSQLContainer {
    private static final String IMAGE = "postgres:18";

    private final int port;

    FixedPortContainer(int port, ServerSettings settings) {
        super(IMAGE);
        this.port = port;
        addFixedExposedPort(port, POSTGRESQL_PORT);
        withUsername("postgres");
        withPassword("postgres");
        withDatabaseName("postgres");
        setCommandParts(command(settings));
    }

    /** Replaces the command of Testcontainers, which switches fsync off. */
    private static String[] command(ServerSettings settings) {
        var command = new ArrayList<>(List.of("postgres"));
        settings.values().forEach((name, value) -> {
            command.add("-c");
            command.add(name + "=" + value);
        });
        return command.toArray(String[]::new);
    }

    int port() {
        return port;
    }
}
