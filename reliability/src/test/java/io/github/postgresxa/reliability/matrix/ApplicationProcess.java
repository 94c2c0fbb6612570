package io.github.postgresxa.reliability.matrix;

import io.github.postgresxa.test.fault.FaultProxy;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Controls a process of {@link Application} from the test. */
final class ApplicationProcess implements AutoCloseable {

    private static final String GONE = "gone";

    private final Process process;
    private final Writer commands;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> armed = new LinkedBlockingQueue<>();
    private volatile @Nullable String broke;

    private ApplicationProcess(Process process) {
        this.process = process;
        this.commands = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        Thread reader = new Thread(this::read, "answers of process " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts a process without waiting for it; it has no connection to any node before {@link #open}. */
    static ApplicationProcess start() {
        File log = new File("target", "matrix-application.log");
        try {
            return new ApplicationProcess(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx160m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Application.class.getName())
                    .redirectError(ProcessBuilder.Redirect.appendTo(log))
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = out.readLine();
            while (line != null) {
                if (line.startsWith(Application.MARK)) {
                    heard(line.substring(Application.MARK.length()));
                }
                line = out.readLine();
            }
        } catch (IOException killed) {
            answers.add(GONE);
            return;
        }
        answers.add(GONE);
    }

    private void heard(String text) {
        if (text.equals(Application.ARMED)) {
            armed.add(text);
        } else if (text.startsWith(Application.BROKE)) {
            broke = text.substring(Application.BROKE.length());
        } else {
            answers.add(text);
        }
    }

    void open(String name, Duration retention, List<FaultProxy> ways) throws InterruptedException {
        StringBuilder line = new StringBuilder("open %s %d %s %s"
                .formatted(
                        name,
                        retention.toMillis(),
                        ways.get(0).node().username(),
                        ways.get(0).node().password()));
        ways.forEach(
                way -> line.append(' ').append(way.node().name()).append(' ').append(way.jdbcUrl()));
        send(line.toString());
        String answer = answers.poll(Pace.LIMIT.toSeconds(), TimeUnit.SECONDS);
        if (!"open".equals(answer)) {
            throw new IllegalStateException(
                    "the application did not start: %s; see target/matrix-application.log".formatted(answer));
        }
    }

    void transfer(Transfer transfer) {
        send("transfer " + transfer.text());
    }

    /** Begins a transfer that is acknowledged when it is decided. */
    void early(Transfer transfer) {
        send("early " + transfer.text());
    }

    /**
     * Begins a transfer without waiting for its end.
     *
     * @param autoCommit whether each statement commits by itself, or all together
     */
    void local(Transfer transfer, boolean autoCommit) {
        send((autoCommit ? "auto " : "local ") + transfer.text());
    }

    /** Makes its driver break at a message. */
    ArmedFault breakDriver(DriverBreak what) {
        broke = null;
        armed.clear();
        send("break " + what.text());
        try {
            if (armed.poll(Pace.LIMIT.toSeconds(), TimeUnit.SECONDS) == null) {
                throw new IllegalStateException("the application does not listen");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new ArmedFault() {
            @Override
            public Optional<String> message() {
                return Optional.ofNullable(broke);
            }

            @Override
            public boolean hasFired() {
                return broke != null;
            }

            @Override
            public void awaitFired(Duration limit) {
                // It has fired as soon as its message is known.
            }

            @Override
            public void heal() {
                // The connection was in order all the time.
            }
        };
    }

    /** A break that has not struck does not strike any more. */
    void breakNothing() {
        send("clear");
    }

    /** {@return what is wrong with the sessions that its pools hand out; empty if nothing is} */
    String askSessions() throws InterruptedException {
        send("sessions");
        long end = System.nanoTime() + Pace.LIMIT.toNanos();
        while (System.nanoTime() < end) {
            String answer = answers.poll(1, TimeUnit.SECONDS);
            if (answer != null && answer.startsWith(Application.SESSIONS)) {
                return answer.substring(Application.SESSIONS.length());
            }
            if (answer != null && isGone(answer)) {
                return "";
            }
        }
        return "a session that was handed out does not answer";
    }

    private synchronized void send(String line) {
        try {
            commands.write(line + "\n");
            commands.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the application has gone", e);
        }
    }

    /** {@return its next answer, or null if there is none yet} */
    @Nullable
    String answer(Duration limit) throws InterruptedException {
        return answers.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    static boolean isGone(String answer) {
        return answer.equals(GONE);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Kills the process with SIGKILL. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
