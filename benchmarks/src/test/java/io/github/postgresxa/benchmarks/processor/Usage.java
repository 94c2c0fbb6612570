package io.github.postgresxa.benchmarks.processor;

import io.github.postgresxa.test.PostgresNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What processes have used of the processor up to a moment. It comes from {@code /proc}; on a system without it
 * everything is zero.
 *
 * @param nanos processor time, in user and in system mode
 * @param switches context switches, voluntary and not, of processes and threads that still live
 */
public record Usage(long nanos, long switches) {

    private static final Usage NONE = new Usage(0, 0);
    private static final Path PROC = Path.of("/proc");

    /** Linux counts the children that have ended in this unit. */
    private static final long NANOS_PER_TICK = 10_000_000;

    /** Fields of {@code /proc/<pid>/stat} after the name: the parent, and the time of children that have ended. */
    private static final int PARENT = 1;

    private static final int ENDED_USER = 13;
    private static final int ENDED_SYSTEM = 14;

    /**
     * {@return what servers and all their sessions have used, those that have ended included}
     *
     * @param postmasters the servers' first processes
     */
    public static Usage ofServers(Collection<Long> postmasters) {
        Usage sum = NONE;
        for (Path process : directories(PROC)) {
            String[] stat = stat(process);
            if (stat.length <= ENDED_SYSTEM) {
                continue;
            }
            if (postmasters.contains(pid(process))) {
                long ended = Long.parseLong(stat[ENDED_USER]) + Long.parseLong(stat[ENDED_SYSTEM]);
                sum = sum.plus(of(process)).plus(new Usage(ended * NANOS_PER_TICK, 0));
            } else if (postmasters.contains(Long.parseLong(stat[PARENT]))) {
                sum = sum.plus(of(process));
            }
        }
        return sum;
    }

    /** {@return the first process of a server} */
    public static long postmaster(PostgresNode node) {
        try {
            Path file = node.dataDirectory().orElseThrow().resolve("postmaster.pid");
            return Long.parseLong(Files.readAllLines(file).get(0).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the context switches of this process} */
    public static long ownSwitches() {
        return directories(PROC.resolve("self/task")).stream()
                .mapToLong(Usage::switches)
                .sum();
    }

    /** {@return what was used since an earlier moment} */
    public Usage since(Usage earlier) {
        return new Usage(nanos - earlier.nanos, switches - earlier.switches);
    }

    private Usage plus(Usage other) {
        return new Usage(nanos + other.nanos, switches + other.switches);
    }

    private static Usage of(Path process) {
        String text = read(process.resolve("schedstat"));
        return text.isEmpty() ? NONE : new Usage(Long.parseLong(text.split(" ")[0]), switches(process));
    }

    private static long switches(Path process) {
        return read(process.resolve("status"))
                .lines()
                .filter(line -> line.contains("ctxt_switches:"))
                .mapToLong(line ->
                        Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                .sum();
    }

    /** {@return the fields from the state on: the name before it may contain anything} */
    private static String[] stat(Path process) {
        String text = read(process.resolve("stat"));
        return text.isEmpty()
                ? new String[0]
                : text.substring(text.lastIndexOf(')') + 2).split(" ");
    }

    private static long pid(Path process) {
        return Long.parseLong(String.valueOf(process.getFileName()));
    }

    /** {@return those whose names are numbers} */
    private static List<Path> directories(Path parent) {
        List<Path> all = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(parent, "[0-9]*")) {
            found.forEach(all::add);
        } catch (IOException notLinux) {
            return List.of();
        }
        return all;
    }

    /** {@return the text, or nothing if the process has ended} */
    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException ended) {
            return "";
        }
    }
}
