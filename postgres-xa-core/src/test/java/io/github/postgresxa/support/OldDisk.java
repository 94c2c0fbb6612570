package io.github.postgresxa.support;

import io.github.postgresxa.test.PostgresNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A copy of a node's disk, to be put back later: the server goes back in time, and its timeline does not show it. */
public final class OldDisk implements AutoCloseable {

    private final PostgresNode node;
    private final Path disk;
    private final Path copy;

    private OldDisk(PostgresNode node) {
        this.node = node;
        this.disk = node.dataDirectory().orElseThrow();
        this.copy = disk.resolveSibling(disk.getFileName() + ".copy");
    }

    /** A snapshot of the disk of a stopped server. */
    public static OldDisk ofStopped(PostgresNode node) throws IOException {
        OldDisk old = new OldDisk(node);
        node.stop();
        run("cp", "-a", old.disk.toString(), old.copy.toString());
        node.start();
        return old;
    }

    /** A base backup that is started later without being promoted. */
    public static OldDisk ofRunning(PostgresNode node) throws IOException, SQLException {
        OldDisk old = new OldDisk(node);
        try (Connection c = node.connect();
                Statement s = c.createStatement()) {
            boolean oldNames = c.getMetaData().getDatabaseMajorVersion() < 15;
            s.execute(
                    oldNames ? "select pg_start_backup('copy', true, false)" : "select pg_backup_start('copy', true)");
            run("cp", "-a", old.disk.toString(), old.copy.toString());
            try (ResultSet row = s.executeQuery(
                    "select labelfile from " + (oldNames ? "pg_stop_backup(false, false)" : "pg_backup_stop(false)"))) {
                row.next();
                Path label = old.copy.resolve("backup_label");
                Files.writeString(label, row.getString(1));
                run("chown", "--reference=" + old.copy, label.toString());
            }
        }
        // The log that was written up to the end of the backup.
        run("rm", "-rf", old.copy.resolve("pg_wal").toString());
        run("cp", "-a", old.disk.resolve("pg_wal").toString(), old.copy.toString());
        Files.deleteIfExists(old.copy.resolve("postmaster.pid"));
        return old;
    }

    /** The node runs with the copy from now on. */
    public void putBack() throws IOException {
        node.stop();
        run("rm", "-rf", disk.toString());
        run("cp", "-a", copy.toString(), disk.toString());
        node.start();
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
    }

    @Override
    public void close() throws IOException {
        run("rm", "-rf", copy.toString());
    }
}
