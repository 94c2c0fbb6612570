package io.github.postgresxa.quarkus.deployment;

import io.github.postgresxa.test.PostgresNode;
import io.quarkus.deployment.builditem.Startable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A server whose data stays in the build directory: the next start finds it, also after a crash. */
final class DevNode implements Startable {

    private final String name;
    private final Path directory;
    private @Nullable PostgresNode node;

    DevNode(String name, Path directory) {
        this.name = name;
        this.directory = directory;
    }

    @Override
    public void start() {
        node = PostgresNode.embedded(name, directory).start();
        Runtime.getRuntime().addShutdownHook(new End(server()));
    }

    private ProcessHandle server() {
        try {
            long id = Long.parseLong(Files.readAllLines(directory.resolve("postmaster.pid"))
                    .get(0)
                    .trim());
            return ProcessHandle.of(id).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private PostgresNode node() {
        PostgresNode started = node;
        if (started == null) {
            throw new IllegalStateException("the node '%s' was not started".formatted(name));
        }
        return started;
    }

    @Override
    public String getConnectionInfo() {
        return node().jdbcUrl();
    }

    String username() {
        return node().username();
    }

    String password() {
        return node().password();
    }

    @Override
    public @Nullable String getContainerId() {
        return null;
    }

    @Override
    public void close() {
        PostgresNode started = node;
        if (started != null) {
            started.close();
        }
    }

    /**
     * Ends the server with this process: tests do not close what they have started, and it is no child. The class
     * loader is closed by then, so this uses the JDK alone.
     */
    private static final class End extends Thread {

        private final ProcessHandle server;

        End(ProcessHandle server) {
            this.server = server;
        }

        @Override
        public void run() {
            server.destroy(); // SIGTERM: it ends in order as soon as the sessions of this process have.
        }
    }
}
