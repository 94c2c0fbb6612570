package io.github.postgresxa.test.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where one process puts the data of servers that are not kept.
 *
 * <p>A process that is killed cannot end its servers. The next one does: the operating system has released the dead
 * process's lease, which distinguishes its directory from that of a living process.
 */
public final class RunDirectory {
    private static final Duration SWEEP_LIMIT = Duration.ofMinutes(2);
    private static final String LEASE = "lease";

    private final Path path;
    private final FileLease lease;
    private final AtomicInteger servers = new AtomicInteger();

    private RunDirectory(Path path, FileLease lease) {
        this.path = path;
        this.lease = lease;
    }

    /** {@return a new directory of this process, after ending the servers of dead processes} */
    public static RunDirectory open() {
        var user = WorkDirectory.ofUser();
        var sweepLock = alone();
        try {
            var runs = Files.createDirectories(user.resolve("runs"));
            sweep(runs);
            var own = Files.createTempDirectory(runs, "run-");
            return new RunDirectory(own, FileLease.tryTake(own.resolve(LEASE)).orElseThrow());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a directory for servers below " + user, e);
        } finally {
            sweepLock.close();
        }
    }

    /** {@return a data directory that no other server of this process has} */
    public Path dataDirectory(String name) {
        return path.resolve("%s-%d".formatted(name, servers.incrementAndGet()));
    }

    /** Deletes the data of one server, which must be down, with its log and its lock. */
    public static void forget(Path dataDirectory) {
        var data = DataDirectory.at(dataDirectory);
        try {
            WorkDirectory.delete(data.path());
            Files.deleteIfExists(data.log());
            Files.deleteIfExists(data.lock());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete what belongs to " + dataDirectory, e);
        }
    }

    /** Forgets the data of this process. Its servers must be down. */
    public void delete() {
        var sweepLock = alone();
        try {
            WorkDirectory.delete(path);
        } finally {
            lease.close();
            sweepLock.close();
        }
    }

    private static FileLease alone() {
        return FileLease.take(WorkDirectory.ofUser().resolve("runs.lock"), Deadline.in(SWEEP_LIMIT));
    }

    private static void sweep(Path runs) throws IOException {
        try (var all = Files.list(runs)) {
            for (Path run : all.toList()) {
                FileLease.tryTake(run.resolve(LEASE)).ifPresent(lease -> endDead(run, lease));
            }
        }
    }

    /** A server that cannot be ended is left to the next process. It must not keep this one from its own servers. */
    private static void endDead(Path run, FileLease lease) {
        try (lease;
                var files = Files.list(run)) {
            files.map(Postmaster::of).flatMap(Optional::stream).forEach(Postmaster::abort);
            WorkDirectory.delete(run);
        } catch (IOException | RuntimeException left) {
            // not ours, and harmless except for the space that it takes
        }
    }
}
