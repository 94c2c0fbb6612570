package io.github.postgresxa.samples.bank;

import io.github.postgresxa.test.PostgresNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A bank as a separate process, started as a user starts it, from the jar that the build has made. */
final class BankProcess implements AutoCloseable {

    /** Starting may take long on a busy machine. */
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

    private final Process process;
    private final Path log;
    private final int port;

    private BankProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        try {
            Wait.atMost(LIMIT, this::hasStartedOrEnded, () -> "the bank does not start: " + output());
        } catch (AssertionError e) {
            process.destroyForcibly(); // Nothing else knows it.
            throw e;
        }
        var announced = PORT.matcher(output());
        if (!process.isAlive() || !announced.find()) {
            throw new AssertionError("the bank has ended: " + output());
        }
        this.port = Integer.parseInt(announced.group(1));
    }

    /** What differs from one start to the next. */
    static final class Starter {

        private final Path scratch;
        private final List<String> virtualMachine =
                new ArrayList<>(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
        private final List<String> arguments =
                new ArrayList<>(List.of("--server.port=0", "--server.address=127.0.0.1"));

        /** Empty directories are created below this one: to work in, as home, and for temporary files. */
        Starter(Path scratch) {
            this.scratch = scratch;
            virtualMachine.add("-Duser.home=" + home());
            virtualMachine.add("-Djava.io.tmpdir=" + directory("tmp"));
        }

        Starter on(PostgresNode... nodes) {
            for (PostgresNode node : nodes) {
                var prefix = "--postgres.xa.nodes." + node.name();
                with(
                        prefix + ".url=" + node.jdbcUrl(),
                        prefix + ".username=" + node.username(),
                        prefix + ".password=" + node.password());
            }
            return this;
        }

        Starter with(String... more) {
            arguments.addAll(Arrays.asList(more));
            return this;
        }

        /** PostgreSQL's programs are unpacked once for all tests, as they would be without a test. */
        Starter sharingTemporaryFiles() {
            virtualMachine.removeIf(option -> option.startsWith("-Djava.io.tmpdir"));
            return this;
        }

        Path work() {
            return directory("work");
        }

        Path home() {
            return directory("home");
        }

        private Path directory(String name) {
            try {
                return Files.createDirectories(scratch.resolve(name));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        BankProcess start() {
            var command = new ArrayList<String>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(virtualMachine);
            command.addAll(program());
            command.addAll(arguments);
            try {
                var log = Files.createTempFile(scratch, "bank-", ".log");
                var builder = new ProcessBuilder(command)
                        .directory(work().toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
                builder.environment().put("HOME", home().toString());
                return new BankProcess(builder.start(), log);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Outside of the build there may be no jar, or an old one. */
        private static List<String> program() {
            var jar = System.getProperty("bank.jar");
            return jar == null
                    ? List.of("-cp", System.getProperty("java.class.path"), BankApplication.class.getName())
                    : List.of("-jar", jar);
        }
    }

    private boolean hasStartedOrEnded() {
        return !process.isAlive() || output().contains("Started BankApplication");
    }

    BankClient client() {
        return new BankClient(port);
    }

    String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the processes that it has started and that are not meant to live longer} */
    List<ProcessHandle> children() {
        return process.children().toList();
    }

    /** Kills the process with SIGKILL. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Stops the process in order, with SIGTERM. */
    void stop() {
        process.destroy();
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("the bank does not end: " + output());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Leaves no process behind, even at the end of a test that failed. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
