package io.github.postgresxa.test.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;

/** The user's own directory below the temporary one: programs, and data of servers that are not kept. */
final class WorkDirectory {
    private WorkDirectory() {}

    /** Programs run from here, so a directory of this name that belongs to another user is refused. */
    static Path ofUser() {
        var temporary = Path.of(System.getProperty("java.io.tmpdir"));
        var directory = temporary.resolve("postgres-xa-test-" + System.getProperty("user.name"));
        try {
            if (!Files.isDirectory(directory)) {
                var onlyOwner = PosixFilePermissions.fromString("rwx------");
                Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(onlyOwner));
            }
            var probe = Files.createTempFile(temporary, "postgres-xa-test", null);
            var self = Files.getOwner(probe);
            Files.delete(probe);
            if (!Files.getOwner(directory).equals(self)) {
                throw new IllegalStateException("%s belongs to %s, not to %s: remove it, or set java.io.tmpdir"
                        .formatted(directory, Files.getOwner(directory), self));
            }
            return directory.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use " + directory, e);
        }
    }

    /** Deletes a directory with all that is in it; one that is not there is fine. */
    static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + directory, e);
        }
    }
}
