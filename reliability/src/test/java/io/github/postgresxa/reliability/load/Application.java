package io.github.postgresxa.reliability.load;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Controls an {@link ApplicationMain} from the test: starts it, lets it work and rest, freezes and kills it. */
public final class Application implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Instance instance;
    private final Process process;
    private final Thread reader;
    private final CountDownLatch ready = new CountDownLatch(1);
    private volatile CountDownLatch resting = new CountDownLatch(0);
    private final Path errors;

    private Application(Instance instance, Process process, Path errors, ClientLog log) {
        this.instance = instance;
        this.process = process;
        this.errors = errors;
        this.reader = new Thread(() -> read(log), "journal of " + instance.name());
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts the process without waiting for it; {@link #awaitReady} does. */
    public static Application launch(Instance instance, Path errors, ClientLog log) {
        return launch(instance, presentClassPath(), errors, log);
    }

    /** {@return the class path of this version} */
    public static String presentClassPath() {
        return System.getProperty("java.class.path");
    }

    /**
     * Starts the process without waiting for it, from the classes of this version or of an earlier one.
     *
     * @return the application
     */
    static Application launch(Instance instance, String classPath, Path errors, ClientLog log) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx192m",
                "-cp",
                classPath,
                ApplicationMain.class.getName()));
        command.addAll(instance.arguments());
        try {
            Process process = new ProcessBuilder(command)
                    .directory(instance.directory().toFile())
                    .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
                    .start();
            return new Application(instance, process, errors, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Waits until the process is ready.
     *
     * @return this
     */
    public Application awaitReady() {
        Await.until(START_LIMIT, instance.name() + " starts, see " + errors, () -> {
            if (!process.isAlive()) {
                throw new AssertionError(instance.name() + " has ended, see " + errors);
            }
            return ready.getCount() == 0;
        });
        return this;
    }

    private void read(ClientLog log) {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = in.readLine();
            while (line != null) {
                switch (line) {
                    case "ready" -> ready.countDown();
                    case "resting" -> resting.countDown();
                    default -> log.note(instance.name(), line);
                }
                line = in.readLine();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the instance's name} */
    public String name() {
        return instance.name();
    }

    /** {@return the instance that runs in the process} */
    public Instance instance() {
        return instance;
    }

    /** {@return whether the process exists} */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Lets clients begin or resume their work. */
    public void work() {
        say("work");
    }

    /** Lets clients finish their present work and begin nothing new; see {@link #awaitRest}. */
    public void rest() {
        resting = new CountDownLatch(1);
        say("rest");
    }

    /** {@return whether all clients came to rest within the limit} */
    public boolean awaitRest(Duration limit) {
        try {
            return resting.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private void say(String word) {
        try {
            Writer out = process.outputWriter(StandardCharsets.UTF_8);
            out.write(word + "\n");
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Freezes the process with SIGSTOP, like a very long garbage collection. */
    public void freeze() {
        signal("-STOP");
    }

    /** Resumes the process with SIGCONT. It does not know that time has passed. */
    public void thaw() {
        signal("-CONT");
    }

    private void signal(String signal) {
        try {
            new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                    .redirectError(new File("/dev/null"))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Kills the process with SIGKILL. When this returns, nothing of it runs any more. */
    public void kill() {
        process.toHandle().destroyForcibly(); // Unlike Process, this does not close the pipe that has its last words.
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new AssertionError(instance.name() + " survives SIGKILL");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Waits until everything that a dead process has printed is in the log. */
    public void awaitLastWords() {
        try {
            reader.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        if (reader.isAlive()) {
            throw new AssertionError("the journal of " + instance.name() + " does not end");
        }
    }

    /** Kills the process, as {@link #kill} does: an orderly end is not what is tested. */
    @Override
    public void close() {
        kill();
    }
}
