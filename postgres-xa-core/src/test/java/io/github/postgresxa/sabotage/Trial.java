package io.github.postgresxa.sabotage;

import io.github.postgresxa.simulation.Simulation;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A run of the simulation or of one test in a separate process.
 *
 * @param status how it ended: 0 if nothing was noticed, 1 if something was
 * @param output what it printed
 */
record Trial(int status, String output) {

    private static final Duration LIMIT = Duration.ofMinutes(15);
    private static final int ENDLESS = -1;

    /** Only an invariant counts, not a process of the simulation that failed with its own exception. */
    private static final Pattern VIOLATION = Pattern.compile("violation=seed ([0-9]+): (\\w+): ");

    /** {@return the class path of the tests, with those classes before all others} */
    static String classPath(@Nullable Path first) {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return first == null ? all : first + File.pathSeparator + all;
    }

    static Trial ofSimulation(@Nullable Path classes, long schedules) throws IOException, InterruptedException {
        return run(classes, Simulation.class.getName(), "1", Long.toString(schedules));
    }

    /** Nearly all of its schedules have a manager whose log is on a node. */
    static Trial ofSimulationOfManagers(Path classes, long schedules) throws IOException, InterruptedException {
        return run(classes, "-Dsimulation.embedded=true", Simulation.class.getName(), "1", Long.toString(schedules));
    }

    static Trial ofTest(@Nullable Path classes, String test) throws IOException, InterruptedException {
        return run(classes, TestTrial.class.getName(), test);
    }

    private static Trial run(@Nullable Path classes, String... program) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                classPath(classes)));
        command.addAll(List.of(program));
        Path output = Files.createTempFile(Path.of("target"), "sabotage", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            boolean ended = process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
            return new Trial(ended ? process.exitValue() : ENDLESS, Files.readString(output));
        } finally {
            process.destroyForcibly().waitFor();
            Files.delete(output);
        }
    }

    boolean passed() {
        return status == 0;
    }

    /** {@return the invariant that was broken, or an empty text} */
    String invariant() {
        Matcher violation = VIOLATION.matcher(output);
        return status == 1 && violation.find() ? violation.group(2) : "";
    }

    /** {@return how many schedules ran until then} */
    long schedules() {
        Matcher violation = VIOLATION.matcher(output);
        return violation.find() ? Long.parseLong(violation.group(1)) : 0;
    }

    /** {@return whether the test itself failed} */
    boolean failed() {
        return status == 1 && output.contains("failed: ");
    }
}
