package io.github.postgresxa.manager.atomikos;

import com.atomikos.icatch.provider.ConfigProperties;
import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.gid.NodeIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of Atomikos' log, which is needed if another resource ever takes part in a transaction. Nothing is
 * created before that: a PostgreSQL-only application writes no file.
 *
 * <p>The manager's name is random, because Atomikos recovers by a prefix of the name, and two processes with one name
 * would roll back each other's work. The name is kept beside the log, because only a manager with the same name may
 * read the log again.
 */
final class LogDirectory {

    private static final Logger LOG = LoggerFactory.getLogger(AtomikosManager.class);

    private static final String NAME_FILE = "manager-name";
    private static final String NODES_FILE = "nodes";
    private static final String DEFAULT = "transaction-logs";

    private final Path directory;
    private final String managerName;
    private final boolean nameNew;

    private LogDirectory(Path directory) {
        this.directory = directory;
        String kept = keptName();
        this.nameNew = kept.isEmpty();
        this.managerName =
                nameNew ? "pgxa" + UUID.randomUUID().toString().replace("-", "").substring(0, 16) : kept;
    }

    static LogDirectory configured(ConfigProperties properties) {
        String configured = properties.getCompletedProperties().getProperty("com.atomikos.icatch.log_base_dir", "./");
        return new LogDirectory(Path.of(configured.equals("./") ? DEFAULT : configured));
    }

    /**
     * Refuses a log without a name beside it: another Atomikos has written it. Under our name its branches are not
     * recovered, and its decisions would be deleted as if nothing needed them.
     *
     * @throws InvalidConfigurationException if there is one
     */
    void refuseAnothersLog(ConfigProperties properties) {
        if (nameNew && holdsLog(properties)) {
            throw new InvalidConfigurationException(
                    "The directory '%s' holds the transaction log of another Atomikos.".formatted(directory),
                    "It may hold decisions that branches on the nodes still wait for. Let the application that wrote it"
                            + " run until nothing of it is prepared any more (docs/migration has the query), then"
                            + " delete the directory. Or give this one another: com.atomikos.icatch.log_base_dir.");
        }
    }

    private String keptName() {
        try {
            return kept(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("the transaction log's name file cannot be read", e);
        }
    }

    private static String kept(Path directory) throws IOException {
        Path file = directory.resolve(NAME_FILE);
        return Files.isRegularFile(file) ? Files.readString(file).strip() : "";
    }

    /** {@return whether no manager has ever had this name} */
    boolean isNameNew() {
        return nameNew;
    }

    String managerName() {
        return managerName;
    }

    String path() {
        return directory.toString();
    }

    static boolean holdsLog(ConfigProperties properties) {
        Path directory = Path.of(properties.getLogBaseDir());
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.anyMatch(f -> f.getFileName().toString().startsWith(properties.getLogBaseName())
                    && f.getFileName().toString().endsWith(".log"));
        } catch (IOException e) {
            throw new UncheckedIOException("the transaction log's directory cannot be read", e);
        }
    }

    /**
     * Creates the directory with the name under which the manager will restart, before anything is left for it to
     * recover.
     *
     * @throws IOException if that cannot be made sure, or another process keeps its log there
     */
    static void create(ConfigProperties properties) throws IOException {
        Path directory = Files.createDirectories(Path.of(properties.getLogBaseDir()));
        String name = properties.getTmUniqueName();
        String kept = kept(directory);
        if (kept.isEmpty()) {
            write(directory.resolve(NAME_FILE), name);
            kept = kept(directory);
        }
        if (!kept.equals(name)) {
            throw new IOException("another transaction manager keeps its log in " + directory
                    + "; give each instance a different com.atomikos.icatch.log_base_dir");
        }
    }

    /**
     * Reads the nodes on which something was prepared that the log decides. While one of them is not known, nothing of
     * the log may be forgotten: a scan does not list what is prepared there.
     *
     * @return their identities
     * @throws IOException if the file cannot be read
     */
    static Set<NodeIdentity> nodes(ConfigProperties properties) throws IOException {
        Path file = nodesFile(properties);
        if (!Files.isRegularFile(file)) {
            return Set.of();
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(String::strip)
                    .map(NodeIdentity::parse)
                    .flatMap(Optional::stream)
                    .collect(Collectors.toSet());
        }
    }

    /**
     * Keeps these nodes instead of those that were kept before, safe on the disk.
     *
     * @throws IOException if that cannot be made sure
     */
    static void keepNodes(ConfigProperties properties, Set<NodeIdentity> nodes) throws IOException {
        write(
                nodesFile(properties),
                nodes.stream().map(NodeIdentity::text).sorted().collect(Collectors.joining("\n", "", "\n")));
    }

    static Path nodesFile(ConfigProperties properties) {
        return Path.of(properties.getLogBaseDir()).resolve(NODES_FILE);
    }

    /** Replaces a file. After a crash it is there as a whole, or as before. */
    private static void write(Path file, String content) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        Path draft = Files.createTempFile(directory, String.valueOf(file.getFileName()), ".new");
        try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException notEverySystemOpensDirectories) {
            LOG.debug("the directory {} cannot be flushed", directory, notEverySystemOpensDirectories);
        }
    }
}
