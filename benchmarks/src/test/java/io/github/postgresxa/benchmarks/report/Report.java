package io.github.postgresxa.benchmarks.report;

import io.github.postgresxa.benchmarks.measurement.Options;
import io.github.postgresxa.benchmarks.measurement.Results;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;

/**
 * Writes the page and its files. May be called again when there are more results, so that a run that is ended early
 * is not lost.
 */
public final class Report {

    /** The analysis of the figures, which is written by hand. */
    private static final Path READING = Path.of("src", "test", "pages", "reading.md");

    private final Options options;
    private final Machine machine;
    private final Instant began = Instant.now();

    /**
     * Creates the report.
     *
     * @param options what is run
     * @param machine where
     */
    public Report(Options options, Machine machine) {
        this.options = options;
        this.machine = machine;
    }

    /** Writes all results so far. */
    public void write(Results results) {
        Charts charts = new Charts(results);
        Path folder = options.out().resolve("performance");
        try {
            Files.createDirectories(folder);
            for (Map.Entry<String, String> chart : charts.files().entrySet()) {
                Files.writeString(folder.resolve(chart.getKey()), chart.getValue());
            }
            Files.writeString(folder.resolve("slices.csv"), Slices.csv(results.turns()));
            Files.writeString(
                    options.out().resolve("performance.md"),
                    new Page(options, machine, results, charts, reading(), when()).text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String reading() throws IOException {
        return Files.exists(READING) ? Files.readString(READING) : "";
    }

    private String when() {
        return "on %s in %d minutes, seed %d"
                .formatted(
                        began.atZone(ZoneOffset.UTC).toLocalDate(),
                        Math.max(1, Duration.between(began, Instant.now()).toMinutes()),
                        options.seed());
    }
}
