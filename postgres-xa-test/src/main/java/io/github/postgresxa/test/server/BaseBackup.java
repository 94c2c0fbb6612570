package io.github.postgresxa.test.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;

/**
 * A copy of a running server's files, made consistent by the write-ahead log that it fetches from that server. {@code
 * pg_basebackup} does the same, but is not among the programs that we have.
 */
public final class BaseBackup {

    /**
     * Files that a running server keeps for itself, that belong to its own log stream, or that contain settings for
     * it alone.
     */
    private static final Set<String> LEFT_OUT =
            Set.of("postmaster.pid", "postmaster.opts", "postgresql.auto.conf", "backup_label", "tablespace_map");

    private static final Set<String> EMPTY = Set.of(
            "pg_wal",
            "pg_replslot",
            "pg_dynshmem",
            "pg_notify",
            "pg_serial",
            "pg_snapshots",
            "pg_stat_tmp",
            "pg_subtrans");

    private BaseBackup() {}

    /** Opens a session on the server that is copied. */
    @FunctionalInterface
    public interface Session {
        /** {@return a new connection to the server} */
        Connection open() throws SQLException;
    }

    /**
     * Copies a running server.
     *
     * <p>One session starts and ends the backup, and what the server returns at the end belongs to the copy.
     *
     * @param session opens a session on the server
     * @param from the server's data directory
     * @param to the data directory of the copy, which must not exist yet
     */
    public static void copy(Session session, Path from, Path to) {
        try (var connection = session.open();
                var statement = connection.createStatement()) {
            boolean oldNames = connection.getMetaData().getDatabaseMajorVersion() < 15;
            statement.execute(
                    oldNames ? "select pg_start_backup('copy', true, false)" : "select pg_backup_start('copy', true)");
            Files.createDirectory(
                    to, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.walkFileTree(from, new Copy(from, to));
            var end = oldNames ? "pg_stop_backup(false, false)" : "pg_backup_stop(false)";
            try (var rows = statement.executeQuery("select labelfile from " + end)) {
                rows.next();
                Files.writeString(to.resolve("backup_label"), rows.getString(1));
            }
            Files.createFile(to.resolve("postgresql.auto.conf"));
            Files.createFile(to.resolve("standby.signal"));
        } catch (SQLException e) {
            throw new IllegalStateException("cannot make a copy of " + from, e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot copy %s to %s".formatted(from, to), e);
        }
    }

    /**
     * The server runs while it is copied, so a file may be gone when its turn comes. The log says what became of it.
     */
    private static final class Copy extends SimpleFileVisitor<Path> {
        private final Path from;
        private final Path to;

        Copy(Path from, Path to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
            if (directory.equals(from)) {
                return FileVisitResult.CONTINUE;
            }
            if (directory.getFileName().toString().startsWith("pgsql_tmp")) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectory(to.resolve(from.relativize(directory)));
            boolean contentStays = from.equals(directory.getParent())
                    && EMPTY.contains(directory.getFileName().toString());
            return contentStays ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            if (!(from.equals(file.getParent())
                    && LEFT_OUT.contains(file.getFileName().toString()))) {
                try {
                    Files.copy(file, to.resolve(from.relativize(file)));
                } catch (NoSuchFileException goneMeanwhile) {
                    return FileVisitResult.CONTINUE;
                }
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }
    }
}
