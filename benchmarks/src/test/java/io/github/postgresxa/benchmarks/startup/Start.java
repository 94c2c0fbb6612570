package io.github.postgresxa.benchmarks.startup;

import io.github.postgresxa.test.PostgresNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One start of an application in a separate JVM.
 *
 * @param started "Started … in", milliseconds
 * @param uptime from the start of the JVM to the application being ready, milliseconds
 * @param processor processor time of the process until then, milliseconds: what is left where the machine has other
 *     things to do
 * @param mainThread processor time of the thread that starts the application, milliseconds: without compilers, which
 *     work beside it
 * @param resident bytes of memory of the process, 3 s later
 * @param heap bytes of the heap in use after a collection
 * @param classes classes loaded
 * @param threads threads
 * @param beans bean definitions
 */
record Start(
        double started,
        double uptime,
        double processor,
        double mainThread,
        double resident,
        double heap,
        double classes,
        double threads,
        double beans) {

    private static final long LIMIT = 180;

    static Start of(Kind kind, PostgresNode east, PostgresNode west) throws IOException, InterruptedException {
        Path log = Path.of("target", "startup-" + kind + ".log").toAbsolutePath();
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        String options = System.getProperty("startup.options", "");
        if (!options.isEmpty()) {
            command.addAll(List.of(options.split(" ")));
        }
        command.addAll(List.of("-Xmx256m", "-cp", kind.classPath(), Application.class.getName()));
        command.addAll(kind.arguments(east, west));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(LIMIT, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(kind + " did not end: see " + log);
        }
        String[] told = Files.readString(log)
                .lines()
                .filter(l -> l.startsWith("MEASURED "))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(kind + " did not start: see " + log))
                .split(" ");
        return new Start(
                number(told[1]),
                number(told[2]),
                number(told[3]),
                number(told[4]),
                number(told[5]),
                number(told[6]),
                number(told[7]),
                number(told[8]),
                number(told[9]));
    }

    private static double number(String text) {
        return Double.parseDouble(text);
    }
}
