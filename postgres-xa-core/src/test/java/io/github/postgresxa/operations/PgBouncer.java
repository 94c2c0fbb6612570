package io.github.postgresxa.operations;

import io.github.postgresxa.test.PostgresNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A pooler before one node: a separate process on the loopback, with its files in a folder of the test. */
final class PgBouncer implements AutoCloseable {

    private static final Path PROGRAM = Path.of("/usr/sbin/pgbouncer");
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(15);

    private final PostgresNode node;
    private final int port;
    private final Process process;

    private PgBouncer(PostgresNode node, int port, Process process) {
        this.node = node;
        this.port = port;
        this.process = process;
    }

    static boolean isInstalled() {
        return Files.isExecutable(PROGRAM);
    }

    static PgBouncer before(PostgresNode node, String mode, Path folder) throws IOException, InterruptedException {
        int port = freePort();
        URI server = URI.create(node.jdbcUrl().substring("jdbc:".length()));
        Files.writeString(folder.resolve("users.txt"), "\"%s\" \"\"%n".formatted(node.username()));
        Path config = folder.resolve("pgbouncer.ini");
        Files.writeString(config, """
                [databases]
                * = host=%s port=%d
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = trust
                auth_file = %s
                pool_mode = %s
                default_pool_size = 20
                ignore_startup_parameters = extra_float_digits
                logfile = %s
                """.formatted(
                server.getHost(), server.getPort(), port, folder.resolve("users.txt"), mode, folder.resolve("log")));
        List<String> command = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            // It refuses to run as root, and so does PostgreSQL.
            command.addAll(List.of("unshare", "-U"));
        }
        command.addAll(List.of(PROGRAM.toString(), "-q", config.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        PgBouncer pooler = new PgBouncer(node, port, process);
        pooler.awaitReady(folder);
        return pooler;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady(Path folder) throws IOException, InterruptedException {
        long end = System.nanoTime() + LIMIT;
        while (true) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException notYet) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw new IllegalStateException(
                            "pgbouncer did not start: " + Files.readString(folder.resolve("out")), notYet);
                }
                Thread.sleep(20);
            }
        }
    }

    String url() {
        URI server = URI.create(node.jdbcUrl().substring("jdbc:".length()));
        return "jdbc:postgresql://127.0.0.1:%d%s?prepareThreshold=0".formatted(port, server.getPath());
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().join();
    }
}
