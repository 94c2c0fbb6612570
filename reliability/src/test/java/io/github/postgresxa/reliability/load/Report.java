package io.github.postgresxa.reliability.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** A page of results. Runs that are too short for the record write theirs to the build directory. */
public final class Report {

    /** The width of a line that the build allows. */
    private static final int WIDTH = 120;

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
            Files.writeString(directory.resolve(name + ".md"), wrapped(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the Markdown with its prose in lines of at most {@value #WIDTH}; tables and headings stay} */
    static String wrapped(String markdown) {
        StringBuilder page = new StringBuilder();
        StringBuilder line = new StringBuilder();
        String indent = "";
        for (String next : markdown.lines().toList()) {
            boolean prose = !next.isEmpty() && "|#<".indexOf(next.charAt(0)) < 0;
            boolean item = next.startsWith("* ");
            if ((!prose || item) && line.length() > 0) {
                page.append(line).append('\n');
                line.setLength(0);
            }
            if (!prose) {
                page.append(next).append('\n');
                continue;
            }
            if (line.length() == 0) {
                indent = item ? "  " : "";
            }
            for (String word : next.strip().split(" +")) {
                if (line.length() > 0 && line.length() + 1 + word.length() > WIDTH) {
                    page.append(line).append('\n');
                    line.setLength(0);
                    line.append(indent);
                } else if (line.length() > 0) {
                    line.append(' ');
                }
                line.append(word);
            }
        }
        return page.append(line).append(line.length() > 0 ? "\n" : "").toString();
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
