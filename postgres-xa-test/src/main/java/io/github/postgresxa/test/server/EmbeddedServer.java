package io.github.postgresxa.test.server;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A server that is a process of this machine, but not a child of this process.
 *
 * <p>Whether it runs is read from the data directory each time and never remembered: a process that is dead by now
 * may have started it, or it may have died. We hold the lease on the directory while we use the server, so that no
 * other living process takes it for a survivor.
 */
final class EmbeddedServer implements Server {
    private final String name;
    private final DataDirectory data;
    private final Launch launch;
    private volatile int port;
    private volatile @Nullable FileLease lease;

    EmbeddedServer(String name, Path dataDirectory, int port, ServerSettings settings) {
        this.name = name;
        this.data = DataDirectory.at(dataDirectory);
        this.launch = new Launch(name, data, settings);
        this.port = port;
    }

    @Override
    public synchronized void start() {
        if (isRunning()) {
            return;
        }
        takeLease();
        try {
            port = launch.start(port);
            OwnAddresses.add(host(), port);
        } catch (RuntimeException e) {
            releaseLease();
            throw e;
        }
    }

    @Override
    public synchronized void stop() {
        end(Postmaster::shutDown);
    }

    @Override
    public synchronized void kill() {
        end(Postmaster::crash);
    }

    @Override
    public synchronized void discard() {
        end(Postmaster::abort);
    }

    private void end(Consumer<Postmaster> how) {
        postmaster().ifPresent(how);
        releaseLease();
    }

    @Override
    public synchronized void pause() {
        postmaster().ifPresentOrElse(Postmaster::freeze, () -> {
            throw new IllegalStateException("node '%s' cannot be paused: it is not running".formatted(name));
        });
    }

    @Override
    public synchronized void resume() {
        postmaster().ifPresent(Postmaster::thaw);
    }

    @Override
    public boolean isRunning() {
        return postmaster().isPresent();
    }

    /** Without the lease the server is not ours: it may belong to another process by now. */
    private Optional<Postmaster> postmaster() {
        return lease == null ? Optional.empty() : Postmaster.of(data.path());
    }

    private void takeLease() {
        if (lease == null) {
            data.createParent();
            lease = FileLease.tryTake(data.lock())
                    .orElseThrow(() -> new IllegalStateException(
                            ("node '%s' cannot start: another process, or another node of this process, uses %s. "
                                            + "Stop it, or choose another directory")
                                    .formatted(name, data.path())));
        }
    }

    private void releaseLease() {
        var held = lease;
        if (held != null) {
            lease = null;
            held.close();
        }
    }

    @Override
    public String host() {
        return Launch.LOOPBACK;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String username() {
        return DataDirectory.SUPERUSER;
    }

    /** Logins are trusted and need no password, but a pool wants one. */
    @Override
    public String password() {
        return DataDirectory.SUPERUSER;
    }

    @Override
    public Optional<Path> dataDirectory() {
        return Optional.of(data.path());
    }
}
