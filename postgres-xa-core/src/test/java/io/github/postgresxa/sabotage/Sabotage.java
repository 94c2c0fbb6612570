package io.github.postgresxa.sabotage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Every mutant is caught, and the unchanged code passes the tests that the mutants fail.
 * {@code -Dsabotage.only=name,name} tries some of them and writes no page. {@code -Dsabotage.schedules} limits the
 * simulation.
 */
class Sabotage {

    private static final long SCHEDULES = Long.getLong("sabotage.schedules", 300_000);
    private static final long LEAST_CLEAN = Math.min(SCHEDULES, 20_000);
    private static final Set<String> ONLY =
            Set.of(System.getProperty("sabotage.only", "").split(","));

    @Test
    void everyMutantIsCaughtAndTheCodeAsItIsPassesTheSame() throws Exception {
        boolean all = ONLY.contains("");
        List<Page.Line> lines = new ArrayList<>();
        for (Mutant mutant : Mutant.all()) {
            if (all || ONLY.contains(mutant.name())) {
                Page.Line line = tryOne(mutant);
                System.out.printf("%s: %s %d%n", mutant, line.caught() ? line.by() : "NOT CAUGHT", line.schedules());
                lines.add(line);
            }
        }
        assertThat(lines).isNotEmpty();
        long clean = lines.stream().mapToLong(Page.Line::schedules).reduce(LEAST_CLEAN, Math::max);
        passesClean(lines, clean);
        if (all) {
            Page.write(lines, clean);
        }
        assertThat(lines).filteredOn(line -> !line.caught()).isEmpty();
    }

    /** A change of the code may keep a mutant's words and change its meaning. */
    @Test
    void everyMutantCompiles() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Mutant mutant : Mutant.all()) {
            try {
                MutantCompiler.compile(mutant, Trial.classPath(null));
            } catch (IllegalStateException doesNotCompile) {
                broken.add(doesNotCompile.getMessage());
            }
        }
        assertThat(broken).isEmpty();
    }

    private static Page.Line tryOne(Mutant mutant) throws IOException, InterruptedException {
        Path classes = MutantCompiler.compile(mutant, Trial.classPath(null));
        String test = mutant.test();
        if (test != null) {
            Trial trial = Trial.ofTest(classes, test);
            if (!trial.failed()) {
                System.out.println(trial.status() + ": " + trial.output());
            }
            return new Page.Line(mutant, trial.failed() ? "`" + test.replaceFirst(".*\\.", "") + "`" : "", 0);
        }
        Trial trial = mutant.name().startsWith("manager/")
                ? Trial.ofSimulationOfManagers(classes, SCHEDULES)
                : Trial.ofSimulation(classes, SCHEDULES);
        if (trial.invariant().isEmpty()) {
            System.out.println(trial.output());
        }
        return new Page.Line(mutant, trial.invariant(), trial.schedules());
    }

    private static void passesClean(List<Page.Line> lines, long schedules) throws IOException, InterruptedException {
        Trial simulation = Trial.ofSimulation(null, schedules);
        assertThat(simulation.passed()).as(simulation.output()).isTrue();
        List<String> tests = lines.stream()
                .flatMap(line -> Optional.ofNullable(line.mutant().test()).stream())
                .distinct()
                .toList();
        for (String test : tests) {
            Trial trial = Trial.ofTest(null, test);
            assertThat(trial.passed()).as(test + "\n" + trial.output()).isTrue();
        }
    }
}
