package io.github.postgresxa.quarkus.it;

import io.github.postgresxa.test.PostgresNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The packaged application in a process of its own. */
final class RunningApplication implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(120);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final Process process;
    private final int port;
    private final Path log;

    private RunningApplication(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    static RunningApplication start(Path directory, PostgresNode east, PostgresNode west, PostgresNode ledger)
            throws Exception {
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-Dquarkus.http.port=" + port,
                "-DRecoveryEnvironmentBean.periodicRecoveryPeriod=2", // Narayana waits 120 s and 10 s otherwise.
                "-DRecoveryEnvironmentBean.recoveryBackoffPeriod=1",
                "-Dledger.url=%s?user=%s&password=%s"
                        .formatted(ledger.jdbcUrl(), ledger.username(), ledger.password())));
        for (PostgresNode node : List.of(east, west)) {
            String key = "-Dpostgres.xa.nodes." + node.name() + ".";
            command.add(key + "url=" + node.jdbcUrl());
            command.add(key + "username=" + node.username());
            command.add(key + "password=" + node.password());
        }
        command.add("-jar");
        command.add(System.getProperty("application"));
        Path log = directory.resolve("application.log");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile()) // Narayana keeps its log here.
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        RunningApplication started = new RunningApplication(process, port, log);
        try {
            started.awaitReady();
        } catch (Exception | Error e) {
            started.close();
            throw e;
        }
        return started;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady() throws Exception {
        long limit = System.nanoTime() + START.toNanos();
        while (true) {
            try {
                if (request("GET", "").statusCode() == 200) {
                    return;
                }
            } catch (IOException notYet) {
                // It does not listen yet.
            }
            if (!process.isAlive() || System.nanoTime() > limit) {
                throw new IllegalStateException("the application did not start:\n" + Files.readString(log));
            }
            Thread.sleep(50);
        }
    }

    /** {@return whether the transfer was acknowledged} */
    boolean post(String path) throws InterruptedException {
        try {
            return request("POST", path).statusCode() == 200;
        } catch (IOException unknown) {
            return false;
        }
    }

    private HttpResponse<String> request(String method, String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/bank/%s".formatted(port, path)))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Ends the process as SIGKILL does. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        awaitEnd();
    }

    void awaitEnd() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the application still runs");
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            kill();
        }
    }
}
