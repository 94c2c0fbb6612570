package io.github.postgresxa.spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One run of the model checker TLC, in a separate process, because it keeps its state in statics.
 *
 * @param status 0: no error; 12: an invariant is violated
 * @param output what it printed
 */
record Tlc(int status, String output) {

    private static final Pattern STATES = Pattern.compile("([0-9]+) distinct states found");
    private static final Pattern STEP = Pattern.compile("(?m)^State [0-9]+: ");
    private static final Pattern VISITED = Pattern.compile("(?m)^\"(Never\\w+)\"$");
    private static final Pattern VIOLATED = Pattern.compile("Invariant (\\w+) is violated");

    static Tlc check(String module, String config) throws IOException, InterruptedException {
        Path work = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "tlc");
        Path output = work.resolve("output.txt");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseParallelGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.io.tmpdir=" + work.toAbsolutePath(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "tlc2.TLC",
                        "-workers",
                        "1",
                        "-metadir",
                        work.toAbsolutePath().toString(),
                        "-config",
                        config,
                        module + ".tla"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(3, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("TLC did not end: " + config);
        }
        return new Tlc(process.exitValue(), Files.readString(output));
    }

    /** {@return the violated invariant, or an empty text} */
    String violated() {
        Matcher matcher = VIOLATED.matcher(output);
        return matcher.find() ? matcher.group(1) : "";
    }

    /** {@return the number of states in the trace of the violation} */
    int trace() {
        return (int) STEP.matcher(output).results().count();
    }

    /** {@return the predicates that say "never" and were violated on the way} */
    Set<String> visited() {
        return VISITED.matcher(output).results().map(r -> r.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    /** {@return the number of different states that were visited} */
    int distinctStates() {
        Matcher matcher = STATES.matcher(output);
        int states = 0;
        while (matcher.find()) {
            states = Integer.parseInt(matcher.group(1));
        }
        return states;
    }
}
