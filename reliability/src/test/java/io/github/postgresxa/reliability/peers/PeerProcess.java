package io.github.postgresxa.reliability.peers;

import io.github.postgresxa.reliability.load.Await;
import io.github.postgresxa.reliability.load.Instance;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Controls a {@link PeerMain} from the test. */
final class PeerProcess implements AutoCloseable {

    private static final String DIED = "nothing (killed)";

    private final Process process;
    private final Path errors;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private PeerProcess(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        Thread reader = new Thread(this::read, "answers");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts the process.
     *
     * @param options of the virtual machine
     */
    static PeerProcess start(Instance instance, Path errors, String... options) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx192m",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(Arrays.asList(options));
        command.add(PeerMain.class.getName());
        command.addAll(instance.arguments());
        try {
            Files.deleteIfExists(errors);
            PeerProcess started = new PeerProcess(
                    new ProcessBuilder(command)
                            .directory(instance.directory().toFile())
                            .redirectError(errors.toFile())
                            .start(),
                    errors);
            String first = started.next(Duration.ofSeconds(60));
            if (!"ready".equals(first)) {
                throw new AssertionError(instance.name() + " does not start: " + first + ", see " + errors);
            }
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = in.readLine();
            while (line != null) {
                lines.add(line);
                line = in.readLine();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lines.add(DIED);
        }
    }

    private @Nullable String next(Duration limit) {
        try {
            return lines.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Requests a transaction and does not wait. */
    void ask(String transaction) {
        try {
            Writer out = process.outputWriter(StandardCharsets.UTF_8);
            out.write(transaction + "\n");
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return what the application's transaction manager reported to it} */
    String told(Duration limit) {
        String line = next(limit);
        return line == null ? "nothing within " + limit.toSeconds() + " s" : line.replaceFirst("^told ", "");
    }

    String run(String transaction) {
        ask(transaction);
        return told(Duration.ofSeconds(40));
    }

    /** {@return which of these words are in the application's log, once the first one is, or after this time} */
    List<String> words(List<String> words, Duration limit) {
        Await.within(limit, () -> log().contains(words.get(0)));
        return words.stream().filter(log()::contains).toList();
    }

    private String log() {
        try {
            return Files.readString(errors, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void mustRun() {
        if (!process.isAlive()) {
            throw new AssertionError("the application has ended, see " + errors);
        }
    }

    void kill() {
        process.toHandle().destroyForcibly();
        try {
            process.waitFor();
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
