package io.github.postgresxa.benchmarks.scale;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * {@code docs/performance/scale.md}. Each measurement writes its own section and leaves the others as they are, so
 * that it can be repeated alone. A run that an option made smaller writes to {@code target/scale.md} instead.
 */
public enum Page {
    RECOVERY("Many branches in doubt"),
    SCAN("The scan of a server with many prepared transactions"),
    LOG("A long decision log"),
    NODES("Many nodes"),
    MEMORY("Memory of a transaction"),
    INSTANCES("Several instances"),
    STARTUP("Start of a Spring Boot application");

    private static final String INTRODUCTION = """
            # How it grows

            What happens to recovery, to the decision log, to start and memory at large numbers. Each section is
            written by its own measurement, from that run's data (`./mvnw -pl benchmarks -am verify -Pscale`;
            `-Dscale.only=` with %s for a part). What a fleet of them costs is calculated in [fleet](fleet.md).

            """;

    private final String title;

    Page(String title) {
        this.title = title;
    }

    private String key() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /**
     * Writes the section.
     *
     * @param forTheRecord whether the run was as big as it has to be
     * @param text its Markdown, without a heading
     */
    public void write(boolean forTheRecord, String text) {
        Path file = forTheRecord ? Path.of("..", "docs", "performance", "scale.md") : Path.of("target", "scale.md");
        Map<String, String> sections = read(file);
        sections.put(title, text.strip());
        StringBuilder page = new StringBuilder(INTRODUCTION.formatted(String.join(
                ", ",
                java.util.Arrays.stream(values()).map(p -> "`" + p.key() + "`").toList())));
        for (Page part : values()) {
            Optional.ofNullable(sections.get(part.title))
                    .ifPresent(s -> page.append("## ")
                            .append(part.title)
                            .append("\n\n")
                            .append(s)
                            .append("\n\n"));
        }
        try {
            Files.createDirectories(
                    file.toAbsolutePath().normalize().resolve("..").normalize());
            Files.writeString(file, page.toString().strip() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        System.err.println("## " + title + "\n\n" + text);
    }

    private static Map<String, String> read(Path file) {
        Map<String, String> sections = new LinkedHashMap<>();
        try {
            String[] parts = Files.exists(file) ? Files.readString(file).split("(?m)^## ") : new String[0];
            for (int i = 1; i < parts.length; i++) {
                int end = parts[i].indexOf('\n');
                sections.put(
                        parts[i].substring(0, end).strip(),
                        parts[i].substring(end).strip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sections;
    }
}
