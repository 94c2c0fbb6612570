package io.github.postgresxa.manager.narayana;

import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.exceptions.ObjectStoreException;
import com.arjuna.ats.arjuna.objectstore.ObjectStoreAPI;
import com.arjuna.common.internal.util.ClassloadingUtility;
import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.gid.ManagerName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A log in a directory, with the manager's name beside it: where the application has named the manager, or an earlier
 * release has left one. The directory is created together with the first log. A lock keeps two processes from having
 * one name: each would roll back what the other one has prepared.
 */
final class FileLog implements DurableLog {

    private static final String NAME_FILE = "manager-name";
    private static final String LOCK_FILE = "manager-lock";

    private final ObjectStoreEnvironmentBean settings;
    private final Path directory;
    private final String managerName;
    private boolean exists;
    private @Nullable FileChannel lock;

    private FileLog(ObjectStoreEnvironmentBean settings, @Nullable String configuredName) {
        this.settings = settings;
        this.directory = Path.of(settings.getObjectStoreDir());
        try {
            this.exists = Files.isDirectory(directory) && isLocked();
            String kept = exists ? kept() : "";
            if (exists && kept.isEmpty() && configuredName == null) {
                refuseAnothersLog();
            }
            this.managerName = configuredName != null
                    ? configuredName
                    : kept.isEmpty() ? ManagerName.random().text() : kept;
        } catch (IOException e) {
            close();
            throw new UncheckedIOException("the transaction log's directory " + directory + " cannot be read", e);
        }
    }

    /**
     * Looks at the configured directory, and creates nothing.
     *
     * @param settings of the store, with its directory
     * @param configuredName the name that the application gives the manager; null for none
     */
    static FileLog at(ObjectStoreEnvironmentBean settings, @Nullable String configuredName) {
        return new FileLog(settings, configuredName);
    }

    /** {@return whether an earlier manager has left a log there, or its name} */
    static boolean isThere(ObjectStoreEnvironmentBean settings) {
        Path directory = Path.of(settings.getObjectStoreDir());
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (Stream<Path> there = Files.list(directory)) {
            return there.anyMatch(
                    f -> Files.isDirectory(f) || String.valueOf(f.getFileName()).equals(NAME_FILE));
        } catch (IOException e) {
            throw new UncheckedIOException("the transaction log's directory " + directory + " cannot be read", e);
        }
    }

    /** A log without a name beside it was written by a Narayana of the application, and belongs to its name. */
    private void refuseAnothersLog() throws IOException {
        try (Stream<Path> there = Files.list(directory)) {
            if (there.anyMatch(Files::isDirectory)) {
                close();
                throw new InvalidConfigurationException(
                        "The directory '%s' holds the transaction log of another Narayana.".formatted(directory),
                        "It may hold decisions that branches on the nodes still wait for. Let the application that"
                                + " wrote it run until nothing of it is prepared any more (docs/migration has the"
                                + " query), then delete the directory. Or give this one another: set"
                                + " ObjectStoreEnvironmentBean.objectStoreDir. Or, to go on with that log, its name:"
                                + " CoreEnvironmentBean.nodeIdentifier.");
            }
        }
    }

    /** {@return whether this process has the lock} Another one may use the directory; then it is not ours. */
    private boolean isLocked() throws IOException {
        if (lock == null) {
            FileChannel channel =
                    FileChannel.open(directory.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            boolean ours = false;
            try {
                ours = channel.tryLock() != null;
            } catch (OverlappingFileLockException e) {
                ours = false; // Another application within this JVM has it.
            } finally {
                if (ours) {
                    lock = channel;
                } else {
                    channel.close();
                }
            }
        }
        return lock != null;
    }

    private String kept() throws IOException {
        Path file = directory.resolve(NAME_FILE);
        return Files.isRegularFile(file) ? Files.readString(file).strip() : "";
    }

    @Override
    public String managerName() {
        return managerName;
    }

    @Override
    public synchronized boolean exists() {
        return exists;
    }

    @Override
    public synchronized void keepName() throws IOException {
        try {
            keep();
        } catch (FileSystemException e) {
            throw new IOException(directory.toAbsolutePath() + " cannot be written (" + e + ")", e);
        }
        exists = true;
    }

    private void keep() throws IOException {
        Files.createDirectories(directory);
        if (!isLocked()) {
            throw usedByAnother();
        }
        if (kept().isEmpty()) {
            Path draft = Files.createTempFile(directory, NAME_FILE, ".new");
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(managerName.getBytes(StandardCharsets.UTF_8)));
                channel.force(true);
            }
            Files.move(draft, directory.resolve(NAME_FILE), StandardCopyOption.ATOMIC_MOVE);
        }
        if (!kept().equals(managerName)) {
            throw usedByAnother();
        }
    }

    private IOException usedByAnother() {
        return new IOException("another transaction manager keeps its log in " + directory.toAbsolutePath()
                + "; give each instance a directory of its own: -DObjectStoreEnvironmentBean.objectStoreDir=...");
    }

    @Override
    public ObjectStoreAPI open() throws ObjectStoreException {
        String type = settings.getObjectStoreType();
        String failure = "the transaction log in " + directory.toAbsolutePath() + " cannot be opened: " + type;
        try {
            ObjectStoreAPI store = ClassloadingUtility.loadAndInstantiateClass(ObjectStoreAPI.class, type, null, true);
            if (store == null) {
                throw new ObjectStoreException(failure);
            }
            store.start();
            return store;
        } catch (RuntimeException | Error e) { // Narayana wraps any failure in an Error.
            throw new ObjectStoreException(failure, e);
        }
    }

    @Override
    public synchronized void close() {
        FileChannel held = lock;
        lock = null;
        if (held != null) {
            try {
                held.close();
            } catch (IOException e) {
                throw new UncheckedIOException("the transaction log's lock cannot be released", e);
            }
        }
    }
}
