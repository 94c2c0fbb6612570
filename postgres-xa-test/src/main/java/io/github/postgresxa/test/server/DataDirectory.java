package io.github.postgresxa.test.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** The files of one server: its data, which includes our settings, and beside it the log and the lock. */
record DataDirectory(Path path) {
    static final String SUPERUSER = "postgres";
    private static final String SETTINGS = "postgres-xa-test.conf";
    private static final Pattern PORT = Pattern.compile("(?m)^port = '(\\d+)'$");

    static DataDirectory at(Path path) {
        return new DataDirectory(path.toAbsolutePath().normalize());
    }

    Path log() {
        return beside(".log");
    }

    Path lock() {
        return beside(".lock");
    }

    private Path beside(String suffix) {
        return path.resolveSibling(path.getFileName() + suffix);
    }

    void createParent() {
        try {
            Files.createDirectories(path.resolve("..").normalize());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the directory around " + path, e);
        }
    }

    /**
     * Makes the data at the first use.
     *
     * <p>The directory gets its name when it is complete: if this process dies earlier, the next one starts over. It
     * is not forced to the disk, which can take seconds, so only a loss of power soon after the first start can spoil
     * it.
     */
    void createIfMissing() {
        try {
            if (Files.exists(path.resolve("PG_VERSION"))) {
                return;
            }
            refuseOtherContent();
            var unfinished = beside(".unfinished");
            WorkDirectory.delete(unfinished);
            Command.run(Command.unprivileged(initdb(unfinished)));
            Files.writeString(
                    unfinished.resolve("postgresql.conf"),
                    "include_if_exists = '%s'%n".formatted(SETTINGS),
                    StandardOpenOption.APPEND);
            Files.deleteIfExists(path);
            Files.move(unfinished, path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the data directory " + path, e);
        }
    }

    private static List<String> initdb(Path target) {
        var command = new ArrayList<>(List.of(
                Binaries.program("initdb"),
                "--pgdata=" + target,
                "--username=" + SUPERUSER,
                "--auth=trust",
                "--encoding=UTF8",
                "--no-locale",
                "--no-sync",
                "--no-instructions"));
        if (Binaries.majorVersion() >= 17) { // Older servers have no locale that is the same on every system.
            command.addAll(List.of("--locale-provider=builtin", "--builtin-locale=C.UTF-8"));
        }
        return command;
    }

    private void refuseOtherContent() throws IOException {
        if (Files.exists(path)) {
            try (var files = Files.list(path)) {
                if (files.findAny().isPresent()) {
                    throw new IllegalStateException(
                            "%s holds files but no PostgreSQL data: choose an empty or a new directory"
                                    .formatted(path));
                }
            }
        }
    }

    String settings() {
        try {
            var file = path.resolve(SETTINGS);
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the settings in " + path, e);
        }
    }

    void write(String settings) {
        try {
            Files.writeString(path.resolve(SETTINGS), settings);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the settings to " + path, e);
        }
    }

    /** {@return the port of the last run} */
    OptionalInt rememberedPort() {
        var port = PORT.matcher(settings());
        return port.find() ? OptionalInt.of(Integer.parseInt(port.group(1))) : OptionalInt.empty();
    }

    /** {@return the present size of the log, to read only what comes after it} */
    long logSize() {
        try {
            return Files.exists(log()) ? Files.size(log()) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + log(), e);
        }
    }

    String logAfter(long size) {
        if (logSize() <= size) {
            return "";
        }
        try (var stream = Files.newInputStream(log())) {
            stream.skipNBytes(size);
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + log(), e);
        }
    }
}
