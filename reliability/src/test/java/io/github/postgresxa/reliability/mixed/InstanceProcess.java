package io.github.postgresxa.reliability.mixed;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalTime;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The process of an {@link InstanceMain}. Its journal and its log are kept, to tell what a failure was. */
final class InstanceProcess implements AutoCloseable {

    private final Process process;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Path log;
    private volatile boolean killed;

    private InstanceProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts an instance.
     *
     * @param instance the instance
     * @param directory its working directory
     * @param logs where its journal and its log are continued
     * @param steps receives the name of each step
     * @return the process; it has only begun to start
     */
    static InstanceProcess start(MixedInstance instance, Path directory, Path logs, Consumer<String> steps) {
        List<String> command = Stream.concat(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xmx160m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                InstanceMain.class.getName()),
                        instance.arguments().stream())
                .toList();
        Path log = logs.resolve(instance.name() + ".log");
        try {
            InstanceProcess started = new InstanceProcess(
                    new ProcessBuilder(command)
                            .directory(directory.toFile())
                            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .start(),
                    log);
            Path journal = logs.resolve(instance.name() + ".journal");
            Thread reader = new Thread(() -> started.read(journal, steps), "journal of " + instance.name());
            reader.setDaemon(true);
            reader.start();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(Path journal, Consumer<String> steps) {
        try (BufferedReader in =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                Writer out = Files.newBufferedWriter(journal, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            out.write("%s started %d%n".formatted(LocalTime.now(), process.pid()));
            String line = in.readLine();
            while (line != null) {
                out.write("%s %s%n".formatted(LocalTime.now(), line));
                note(line, steps);
                line = in.readLine();
            }
            out.write("%s ended %d%n".formatted(LocalTime.now(), process.pid()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            ended.countDown();
        }
    }

    private void note(String line, Consumer<String> steps) {
        if (line.startsWith(Steps.STEP + " ")) {
            steps.accept(line.substring(Steps.STEP.length() + 1));
        } else if (line.startsWith(Steps.REACHED)) {
            reached.countDown();
        } else if (line.equals(InstanceMain.READY)) {
            ready.countDown();
        }
    }

    /** Sets the crash point, also if the process is still about to start. */
    void crashAt(CrashPoint point, int occurrence) {
        try {
            process.getOutputStream()
                    .write("%d %s %s%n"
                            .formatted(occurrence, point.halts(), point.step())
                            .getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the instance ended by itself, see " + log, e);
        }
    }

    /** {@return whether it serves orders} */
    boolean isReady() {
        return isReached(ready);
    }

    /** {@return whether it is at its crash point} */
    boolean isAtCrashPoint() {
        return isReached(reached);
    }

    private boolean isReached(CountDownLatch latch) {
        if (!process.isAlive() && !killed) {
            throw new AssertionError("the instance ended by itself, see " + log);
        }
        return latch.getCount() == 0;
    }

    /** Sends SIGKILL, and waits until it is dead and all that it said is noted. */
    void kill() {
        killed = true;
        process.toHandle().destroyForcibly(); // The process itself would close what is not read yet.
        try {
            process.waitFor();
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
