package io.github.postgresxa.samples.bank.show;

import io.github.postgresxa.test.fault.FaultProxy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A second process that runs {@link CoordinatorMain}. It waits for a byte and ends when this process does. */
final class CoordinatorProcess {

    private static final String LAUNCHER = "org.springframework.boot.loader.launch.PropertiesLauncher";

    private final Process process;

    /**
     * Starts the process.
     *
     * @param name its name on the page
     * @param ways to the nodes
     * @param listener receives each line that it prints
     */
    CoordinatorProcess(String name, List<FaultProxy> ways, Consumer<String> listener) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx96m"));
        command.addAll(program());
        command.add(name);
        ways.forEach(way -> command.addAll(List.of(
                way.node().name(),
                way.jdbcUrl(),
                way.node().username(),
                way.node().password())));
        try {
            this.process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException("the second coordinator cannot be started", e);
        }
        var reader = new Thread(() -> read(listener), "bank-coordinator");
        reader.setDaemon(true);
        reader.start();
    }

    /** Only its own launcher finds the classes inside an executable jar. */
    private static List<String> program() {
        var classPath = System.getProperty("java.class.path");
        var main = CoordinatorMain.class.getName();
        return CoordinatorMain.class
                        .getResource("CoordinatorMain.class")
                        .toString()
                        .startsWith("jar:nested:")
                ? List.of("-cp", classPath, "-Dloader.main=" + main, LAUNCHER)
                : List.of("-cp", classPath, main);
    }

    private void read(Consumer<String> listener) {
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            lines.lines().forEach(listener);
        } catch (IOException | UncheckedIOException killed) {
            return; // The end of its output is no news.
        }
    }

    /** Makes it start its transfer now. */
    void go() {
        try {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the second coordinator has ended", e);
        }
    }

    /** Kills the process with SIGKILL. */
    void kill() {
        process.destroyForcibly();
    }

    boolean isAlive() {
        return process.isAlive();
    }
}
