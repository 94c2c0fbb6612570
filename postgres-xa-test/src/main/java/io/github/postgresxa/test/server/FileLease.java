package io.github.postgresxa.test.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A file that one process at a time can hold. The operating system releases it when the process dies.
 *
 * <p>The lease also ends when the garbage collector finds it, so its owner must keep a reference.
 */
final class FileLease implements AutoCloseable {
    /**
     * The files that this process holds. It must not even open such a file again: when POSIX closes any descriptor of
     * a file, it ends all locks that the process has on it.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private FileLease(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** {@return the lease, or empty if this or another process has it} */
    static Optional<FileLease> tryTake(Path path) {
        try {
            var file = path.resolveSibling("").toRealPath().resolve(path.getFileName());
            if (!HELD.add(file)) {
                return Optional.empty();
            }
            var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            var lease = new FileLease(file, channel);
            if (channel.tryLock() == null) {
                lease.close();
                return Optional.empty();
            }
            return Optional.of(lease);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock " + path, e);
        }
    }

    /** Waits until the lease is free. */
    static FileLease take(Path path, Deadline deadline) {
        while (true) {
            var lease = tryTake(path);
            if (lease.isPresent()) {
                return lease.get();
            }
            if (deadline.isOver()) {
                throw new IllegalStateException("%s is still held by another process".formatted(path));
            }
            Deadline.poll();
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot release " + file, e);
        } finally {
            HELD.remove(file);
        }
    }
}
