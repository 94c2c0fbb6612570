package io.github.postgresxa.reliability.matrix;

import io.github.postgresxa.test.PostgresNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs scenarios one after the other and collects their results. */
final class Runs implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Runs.class.getName());

    /** The name of the one scenario to run. */
    static final String ONLY = "reliability.scenario";

    private static final int ATTEMPTS = 3;

    /** One line for each scenario. */
    private static final Path NOTES = Path.of("target", "matrix-scenarios.txt");

    private final TestBed bed;
    private final ScenarioRunner stage;
    private final long seed;
    private final List<Result> results = new ArrayList<>();

    Runs(List<PostgresNode> nodes, long seed) {
        this.seed = seed;
        this.bed = new TestBed(nodes);
        bed.books().open();
        this.stage = new ScenarioRunner(bed, seed);
    }

    /** {@return the seed from {@code -Dreliability.seed}, or a new one} */
    static long seed() {
        return Long.getLong("reliability.seed", System.nanoTime());
    }

    /** {@return the scenarios of a play; only the one that {@code -Dreliability.scenario} names, if it is set} */
    List<Scenario> scenarios(ProtocolRun play) throws Exception {
        String only = System.getProperty(ONLY, "");
        return only.isEmpty() || only.startsWith(play.title() + " / ")
                ? stage.scenarios(play).stream()
                        .filter(s -> only.isEmpty() || s.name().equals(only))
                        .toList()
                : List.of();
    }

    void run(List<Scenario> scenarios) throws Exception {
        int broken = 0;
        long start = System.nanoTime();
        for (Scenario scenario : scenarios) {
            Result result = run(scenario);
            results.add(result);
            note(result);
            if (!result.violations().isEmpty()) {
                broken++;
                bed.startOver();
                stage.warmUp(scenario.play());
            }
        }
        if (!scenarios.isEmpty()) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "{0}: {1} scenarios, {2} with broken promises, {3} s",
                    scenarios.get(0).play().title(),
                    scenarios.size(),
                    broken,
                    (System.nanoTime() - start) / 1_000_000_000);
        }
    }

    private void note(Result result) throws IOException {
        String line = "%5d ms, settled after %4d ms: %s: told %s, %s; hit %s%s%n"
                .formatted(
                        result.took().toMillis(),
                        result.settled().toMillis(),
                        result.scenario().name(),
                        result.told(),
                        result.durable() ? "it is there" : "it is not there",
                        result.struck().isEmpty() ? "nothing" : result.struck(),
                        result.violations().isEmpty() ? "" : System.lineSeparator() + "BROKEN " + failure(result));
        Files.writeString(NOTES, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Tries again where the fault found nothing to strike at; but every attempt has to keep the promise. */
    private Result run(Scenario scenario) {
        Result result = run(scenario, 1);
        for (int attempt = 2; attempt <= ATTEMPTS && missed(result); attempt++) {
            result = run(scenario, attempt);
        }
        return result;
    }

    private static boolean missed(Result result) {
        return result.struck().isEmpty() && result.violations().isEmpty();
    }

    private Result run(Scenario scenario, int attempt) {
        long start = System.nanoTime();
        try {
            return stage.run(scenario, attempt);
        } catch (Exception e) {
            return new Result(
                    scenario,
                    ReportedOutcome.NONSENSE,
                    false,
                    Duration.ZERO,
                    Duration.ofNanos(System.nanoTime() - start),
                    Map.of(Violation.UNHEALTHY, trace(e)),
                    "");
        }
    }

    private static String trace(Exception e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    List<Result> results() {
        return List.copyOf(results);
    }

    /** {@return how many faults found nothing to strike at} */
    long notStruck() {
        return results.stream().filter(r -> r.struck().isEmpty()).count();
    }

    /** {@return every broken promise, each with the command that reruns it} */
    List<String> failures() {
        return results.stream()
                .filter(r -> !r.violations().isEmpty())
                .map(this::failure)
                .toList();
    }

    private String failure(Result result) {
        return "%s%n  told %s, %s; hit: %s%n  again with: \"-D%s=%s\" -Dreliability.seed=%d"
                .formatted(
                        result.violations(),
                        result.told(),
                        result.durable() ? "it is there" : "it is not there",
                        result.struck(),
                        ONLY,
                        result.scenario().name(),
                        seed);
    }

    @Override
    public void close() {
        bed.close();
    }
}
