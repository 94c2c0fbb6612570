package io.github.postgresxa.test;

import io.github.postgresxa.test.server.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A JVM that starts a node, leaves a prepared transaction there, and waits to be killed. */
public final class AnotherProcess implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private final Process process;
    private final Path report;

    private AnotherProcess(Process process, Path report) {
        this.process = process;
        this.report = report;
    }

    /**
     * {@return a JVM whose node is running, on this directory or, if it is {@code "shared"}, as a test class has it}
     */
    public static AnotherProcess with(String directory, Path scratch) throws IOException {
        var report = scratch.resolve("report");
        var log = scratch.resolve("other-process.log");
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AnotherProcess.class.getName(),
                        directory,
                        report.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Deadline.in(LIMIT)
                .await(
                        () -> Files.exists(report) || !process.isAlive(),
                        () -> "the other process does not get ready, see " + log);
        if (!process.isAlive()) {
            throw new IllegalStateException("the other process failed: " + Files.readString(log));
        }
        return new AnotherProcess(process, report);
    }

    /** {@return the data directory of its node} */
    public Path dataDirectory() throws IOException {
        return Path.of(Files.readString(report));
    }

    /** Ends it with SIGKILL: it gets no chance to stop its node. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    public static void main(String[] arguments) throws Exception {
        var node = arguments[0].equals("shared")
                ? PostgresNode.of("east")
                : PostgresNode.embedded("east", Path.of(arguments[0])).start();
        node.execute(
                "create table account (id int)",
                "insert into account values (1)",
                "begin; insert into account values (2); prepare transaction 'transfer-1'");
        var report = Path.of(arguments[1]);
        var unfinished = report.resolveSibling("report.unfinished");
        Files.writeString(unfinished, node.dataDirectory().orElseThrow().toString());
        Files.move(unfinished, report);
        new CountDownLatch(1).await();
    }
}
