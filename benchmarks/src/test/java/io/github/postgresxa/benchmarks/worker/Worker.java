package io.github.postgresxa.benchmarks.worker;

import io.github.postgresxa.benchmarks.contender.Kind;
import io.github.postgresxa.benchmarks.contender.Setting;
import io.github.postgresxa.benchmarks.work.Mix;
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
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Controls a contender's process from the measurement. A failure inside it is a {@link WorkerException}. */
public final class Worker implements AutoCloseable {

    /** JVM options, the same for all. */
    public static final List<String> JVM = List.of("-Xms512m", "-Xmx512m", "-XX:+UseG1GC");

    /** Long, because a contender that misses it is left out of the whole run, and the machine may be busy. */
    private static final Duration START = Duration.ofMinutes(4);

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String DIED = "failed\twhy=the process has ended";

    private final Kind kind;
    private final Path log;
    private final Process process;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private String java = "";

    private Worker(Kind kind, Path log, Process process) {
        this.kind = kind;
        this.log = log;
        this.process = process;
        Thread reader = new Thread(this::read, "answers of " + kind.id());
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts a process and waits until it is ready.
     *
     * @param kind the contender
     * @param java the command that runs it
     * @param directory for its log and for what it keeps on disk
     * @param options more options of its virtual machine
     */
    public static Worker start(Kind kind, Path java, Path directory, List<String> options) {
        List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(JVM);
        command.addAll(options);
        command.addAll(List.of(
                "-cp",
                kind.classPath(),
                WorkerMain.class.getName(),
                kind.id(),
                directory.resolve(kind.id()).toString()));
        try {
            Path log = Files.createDirectories(directory).resolve(kind.id() + ".log");
            Files.deleteIfExists(log);
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectError(log.toFile())
                    .start();
            Worker worker = new Worker(kind, log, process);
            worker.java = worker.answer(START).value("java");
            return worker;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the contender} */
    public Kind kind() {
        return kind;
    }

    /** {@return the virtual machine that it runs on} */
    public String java() {
        return java;
    }

    /** Opens its pools and fills them. */
    public void open(Setting setting) {
        order(
                Message.of("open")
                        .with("nodes", setting.text())
                        .with("clients", setting.clients())
                        .with("quiet", setting.quiet()),
                PATIENCE);
    }

    /**
     * Runs a slice.
     *
     * @param mix what transactions do
     * @param clients how many at the same time
     * @param runIn how long they work before it counts
     * @param measured how long it counts
     * @param seed of their choices
     */
    public Figures run(Mix mix, int clients, Duration runIn, Duration measured, long seed) {
        return Figures.of(order(
                Message.of("run")
                        .with("mix", mix.text())
                        .with("clients", clients)
                        .with("runIn", runIn.toMillis())
                        .with("millis", measured.toMillis())
                        .with("seed", seed),
                PATIENCE.plus(runIn).plus(measured)));
    }

    /** Runs a number of transactions, one after the other. */
    public Figures count(Mix mix, int transactions, long seed) {
        return Figures.of(order(
                Message.of("count")
                        .with("mix", mix.text())
                        .with("transactions", transactions)
                        .with("seed", seed),
                PATIENCE));
    }

    /** Closes its pools. The process stays, with everything that its compiler has learnt. */
    public void closePools() {
        order(Message.of("close"), PATIENCE);
    }

    private Message order(Message order, Duration limit) {
        try {
            Writer out = process.outputWriter(StandardCharsets.UTF_8);
            out.write(order.line() + "\n");
            out.flush();
        } catch (IOException e) {
            throw failure("does not accept commands any more");
        }
        return answer(limit);
    }

    private Message answer(Duration limit) {
        try {
            String line = answers.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (line == null) {
                close();
                throw failure("no answer within " + limit.toSeconds() + " s");
            }
            Message answer = Message.parse(line);
            if (!answer.word().equals(Message.OK)) {
                throw failure(answer.value("why"));
            }
            return answer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("interrupted");
        }
    }

    private WorkerException failure(String why) {
        return new WorkerException("%s: %s (see %s)".formatted(kind.id(), why, log));
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = in.readLine();
            while (line != null) {
                if (Message.isAnswer(line)) {
                    answers.add(line);
                }
                line = in.readLine();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            answers.add(DIED);
        }
    }

    /** Ends the process: by itself if it can, so that a recording is written. */
    @Override
    public void close() {
        try {
            process.outputWriter(StandardCharsets.UTF_8).close();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
