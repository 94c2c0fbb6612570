package io.github.postgresxa.test.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import io.github.postgresxa.test.server.Deadline;
import io.github.postgresxa.test.server.FreePort;
import io.github.postgresxa.test.server.OwnAddresses;
import io.github.postgresxa.test.server.Server;
import io.github.postgresxa.test.server.ServerSettings;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.testcontainers.DockerClientFactory;

/**
 * A server in a container of the image {@code postgres:18}.
 *
 * <p>Testcontainers makes the container and, with its reaper, removes it after the JVM ends. In between, Docker
 * itself stops, kills and freezes the container, because Testcontainers removes what it stops.
 */
public final class ContainerServer implements Server {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final String name;
    private final FixedPortContainer container;

    /**
     * Creates the server; it is not started yet.
     *
     * @param name how messages call it
     * @param settings replace or complete the durable defaults
     * @throws IllegalStateException if Docker does not answer
     */
    public ContainerServer(String name, List<String> settings) {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            throw new IllegalStateException(
                    ("node '%s' cannot run in a container: Docker does not answer. Start Docker, or "
                                    + "remove the system property postgres.xa.test.nodes: then the nodes are processes "
                                    + "of this machine")
                            .formatted(name));
        }
        this.name = name;
        this.container = new FixedPortContainer(FreePort.any(), ServerSettings.durableWith(settings));
    }

    @Override
    public synchronized void start() {
        if (!exists()) {
            container.start();
            OwnAddresses.add(host(), port());
        } else if (!isRunning()) {
            docker().startContainerCmd(container.getContainerId()).exec();
        }
        if (!isPaused()) {
            Deadline.in(LIMIT)
                    .await(
                            this::answers,
                            () -> "node '%s' does not answer on port %d. It logged:%n%s"
                                    .formatted(name, port(), container.getLogs()));
        }
    }

    private boolean answers() {
        try (var connection = connect("postgres")) {
            return connection.isValid(0);
        } catch (SQLException notYet) {
            return false;
        }
    }

    /** The image asks for SIGINT, which is PostgreSQL's fast shutdown. */
    @Override
    public synchronized void stop() {
        resume();
        if (isRunning()) {
            docker().stopContainerCmd(container.getContainerId())
                    .withTimeout((int) LIMIT.toSeconds())
                    .exec();
            awaitEnd();
        }
    }

    /** Docker refuses to kill a paused container. */
    @Override
    public synchronized void kill() {
        resume();
        if (isRunning()) {
            docker().killContainerCmd(container.getContainerId()).exec();
            awaitEnd();
        }
    }

    private void awaitEnd() {
        Deadline.in(LIMIT).await(() -> !isRunning(), () -> "the container of node '%s' does not end".formatted(name));
    }

    @Override
    public synchronized void pause() {
        if (!isRunning()) {
            throw new IllegalStateException("node '%s' cannot be paused: it is not running".formatted(name));
        }
        if (!isPaused()) {
            docker().pauseContainerCmd(container.getContainerId()).exec();
        }
    }

    @Override
    public synchronized void resume() {
        if (isPaused()) {
            docker().unpauseContainerCmd(container.getContainerId()).exec();
        }
    }

    @Override
    public synchronized void discard() {
        container.stop();
    }

    @Override
    public boolean isRunning() {
        return exists() && Boolean.TRUE.equals(state().getRunning());
    }

    private boolean isPaused() {
        return exists() && Boolean.TRUE.equals(state().getPaused());
    }

    private boolean exists() {
        return container.isCreated();
    }

    private ContainerState state() {
        return docker().inspectContainerCmd(container.getContainerId()).exec().getState();
    }

    private DockerClient docker() {
        return container.getDockerClient();
    }

    @Override
    public String host() {
        return container.getHost();
    }

    @Override
    public int port() {
        return container.port();
    }

    @Override
    public String username() {
        return container.getUsername();
    }

    @Override
    public String password() {
        return container.getPassword();
    }

    @Override
    public Optional<Path> dataDirectory() {
        return Optional.empty();
    }
}
