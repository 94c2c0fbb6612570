package io.github.postgresxa.reliability.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** A page of results. Runs that are too short for the record write theirs to the build directory. */
public final class Report {

    private Report() {}

    /**
     * Writes the page.
     *
     * @param name of the page, without extension
     * @param forTheRecord whether it belongs to the documentation
     * @param text its Markdown
     */
    public static void write(String name, boolean forTheRecord, String text) {
        Path directory = forTheRecord ? Path.of("..", "docs", "reliability") : Path.of("target");
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve(name + ".md"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the machine and the versions of the measurement} */
    public static String circumstances() {
        return "Measured on %s: %d cores, %s, Java %s, PostgreSQL 18.6 on the same machine (embedded, `fsync=on`)."
                .formatted(
                        LocalDate.now(ZoneOffset.UTC),
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("os.name"),
                        System.getProperty("java.specification.version"));
    }
}
