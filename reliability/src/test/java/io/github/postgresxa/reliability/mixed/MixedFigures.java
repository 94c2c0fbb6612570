package io.github.postgresxa.reliability.mixed;

import io.github.postgresxa.ManagerKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was counted, for each manager. It is kept in a file, so that a long run may be done in pieces: {@code
 * -Dmixed.figures} names it.
 */
final class MixedFigures {

    static final String ORDERS = "orders";
    static final String AUDITS = "audits";
    static final String BROKER_RESTARTS = "restarts of the broker";
    static final String MINUTES = "minutes";

    private static final String AT = "killed at: ";
    private static final String AFTER = "killed after: ";
    private static final String SEPARATOR = "\t";

    private final Path file;
    private final Map<String, Long> counts = new LinkedHashMap<>();

    private MixedFigures(Path file) throws IOException {
        this.file = file;
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                int end = line.lastIndexOf(SEPARATOR);
                counts.put(line.substring(0, end), Long.parseLong(line.substring(end + 1)));
            }
        }
    }

    static MixedFigures open() throws IOException {
        return new MixedFigures(Path.of(System.getProperty("mixed.figures", "target/mixed/figures")));
    }

    /** Adds to a count. */
    void add(ManagerKind manager, String what, long count) {
        counts.merge(manager + SEPARATOR + what, count, Long::sum);
    }

    /** Adds kills at a crash point. */
    void add(ManagerKind manager, CrashPoint point, long kills) {
        add(manager, name(point), kills);
    }

    private static String name(CrashPoint point) {
        return (point.halts() ? AT : AFTER) + point.step();
    }

    long get(ManagerKind manager, String what) {
        return counts.getOrDefault(manager + SEPARATOR + what, 0L);
    }

    long kills(ManagerKind manager, CrashPoint point) {
        return get(manager, name(point));
    }

    /** {@return all kills under a manager} */
    long kills(ManagerKind manager) {
        return counts.entrySet().stream()
                .filter(count -> count.getKey().startsWith(manager + SEPARATOR + "killed "))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** {@return the steps that any instance has taken, in the order in which they were seen first} */
    List<String> steps() {
        return counts.keySet().stream()
                .map(name -> name.substring(name.indexOf(SEPARATOR) + 1))
                .filter(name -> name.startsWith(AT))
                .map(name -> name.substring(AT.length()))
                .distinct()
                .toList();
    }

    void save() throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(
                file,
                counts.entrySet().stream()
                        .map(count -> count.getKey() + SEPARATOR + count.getValue())
                        .toList());
    }
}
