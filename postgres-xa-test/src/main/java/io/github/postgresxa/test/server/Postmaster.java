package io.github.postgresxa.test.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/** The process that runs on a data directory, found by the file in which it writes its pid. */
record Postmaster(ProcessHandle process, int port) {
    private static final int PID_LINE = 0;
    private static final int PORT_LINE = 3;
    private static final Duration END_LIMIT = Duration.ofSeconds(60);

    /** {@return the live server of this directory; a pid that another program has received since does not count} */
    static Optional<Postmaster> of(Path dataDirectory) {
        var lines = lines(pidFile(dataDirectory));
        return handle(lines)
                .filter(process -> isAlive(process) && worksIn(process, dataDirectory))
                .map(process -> new Postmaster(process, number(lines, PORT_LINE)));
    }

    /**
     * Removes a pid file that would prevent PostgreSQL from starting, although its server is dead.
     *
     * <p>PostgreSQL sees for itself that a pid is free. It cannot see that another program has the pid, or a dead
     * process that no parent has collected, as in a container whose first process does not collect its children.
     */
    static void forgetDead(Path dataDirectory) {
        var file = pidFile(dataDirectory);
        if (handle(lines(file)).isPresent() && of(dataDirectory).isEmpty()) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot remove the stale " + file, e);
            }
        }
    }

    /** Stops every process of the server where it is. The parent comes first, so that it starts no child meanwhile. */
    List<ProcessHandle> freeze() {
        var frozen = new LinkedHashSet<>(List.of(process));
        var next = List.of(process);
        while (!next.isEmpty()) {
            signal("STOP", next);
            next = process.descendants().filter(frozen::add).toList();
        }
        return List.copyOf(frozen);
    }

    void thaw() {
        var family = new ArrayList<>(process.descendants().toList());
        family.add(process);
        signal("CONT", family);
    }

    /**
     * All are frozen first, so that none finishes its work while the others die: a crash hits all at the same moment.
     */
    void crash() {
        var family = freeze();
        family.forEach(ProcessHandle::destroyForcibly);
        Deadline.in(END_LIMIT)
                .await(
                        () -> family.stream().noneMatch(Postmaster::isAlive),
                        () -> "processes of the killed server are still there: " + family);
    }

    /** Ends the sessions and the server in order. A checkpoint makes the next start quick. */
    void shutDown() {
        end("INT");
    }

    /** Ends the server without a checkpoint. Unlike after a crash, it still releases its shared memory. */
    void abort() {
        end("QUIT");
    }

    private void end(String signal) {
        thaw();
        signal(signal, List.of(process));
        Deadline.in(END_LIMIT)
                .await(() -> !isAlive(process), () -> "the server does not end: process " + process.pid());
    }

    /** A child may be gone before its signal. Then there is nothing to do. */
    private static void signal(String name, List<ProcessHandle> processes) {
        var command = new ArrayList<>(List.of("sh", "-c", "kill -%s \"$@\" 2>&1 || true".formatted(name), "kill"));
        processes.forEach(process -> command.add(Long.toString(process.pid())));
        Command.run(command);
    }

    private static Path pidFile(Path dataDirectory) {
        return dataDirectory.resolve("postmaster.pid");
    }

    private static List<String> lines(Path pidFile) {
        try {
            return Files.exists(pidFile) ? Files.readAllLines(pidFile) : List.of();
        } catch (IOException goneMeanwhile) {
            return List.of();
        }
    }

    private static Optional<ProcessHandle> handle(List<String> lines) {
        int pid = number(lines, PID_LINE);
        return pid > 0 ? ProcessHandle.of(pid) : Optional.empty();
    }

    private static int number(List<String> lines, int line) {
        return lines.size() > line && lines.get(line).strip().matches("\\d{1,9}")
                ? Integer.parseInt(lines.get(line).strip())
                : 0;
    }

    /** A dead process that its parent has not collected yet still has a pid. */
    private static boolean isAlive(ProcessHandle process) {
        return process.isAlive() && !stat(process).matches("(?s).*\\) [ZX] .*");
    }

    private static String stat(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
        } catch (IOException noSuchFileSystemOrProcess) {
            return "";
        }
    }

    /** PostgreSQL's working directory is its data directory. Where that cannot be read, the program's name must do. */
    private static boolean worksIn(ProcessHandle process, Path dataDirectory) {
        var own = Path.of("/proc", Long.toString(process.pid()), "cwd");
        if (Files.isSymbolicLink(own)) {
            try {
                return Files.isSameFile(own, dataDirectory);
            } catch (IOException notOurs) {
                return false;
            }
        }
        return process.info()
                .command()
                .map(path -> Path.of(path).endsWith("postgres"))
                .orElse(true);
    }
}
