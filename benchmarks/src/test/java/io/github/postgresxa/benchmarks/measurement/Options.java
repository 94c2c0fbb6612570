package io.github.postgresxa.benchmarks.measurement;

import io.github.postgresxa.benchmarks.contender.Kind;
import io.github.postgresxa.benchmarks.scenario.Block;
import io.github.postgresxa.benchmarks.scenario.Plan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is run, and how long.
 *
 * @param blocks scenarios and their contenders
 * @param kinds contenders
 * @param slice length of a slice of a scenario that a target needs
 * @param runIn how long clients work before a slice counts: connections are new, and their statements not yet known
 *     to the servers
 * @param rounds how many slices each contender gets
 * @param warmUp how long a contender works before anything is measured, at most, if its cost goes on falling
 * @param counted how many transactions are counted at a time
 * @param seed of all choices
 * @param java the command that runs contenders
 * @param out where the page goes
 * @param recordings where contenders leave recordings of the flight recorder, if they shall make any
 * @param whole whether nothing is left out
 */
public record Options(
        List<Block> blocks,
        List<Kind> kinds,
        Duration slice,
        Duration runIn,
        int rounds,
        Duration warmUp,
        int counted,
        long seed,
        Path java,
        Path out,
        Optional<Path> recordings,
        boolean whole) {

    private static final String PREFIX = "benchmarks.";

    /** {@return the options in the system properties {@code benchmarks.…}} */
    public static Options fromProperties() {
        boolean quick = System.getProperty(PREFIX + "quick") != null;
        Set<String> scenarios = System.getProperty(PREFIX + "targets") == null ? names("scenarios") : Plan.OF_TARGETS;
        Set<String> contenders = names("contenders");
        List<Kind> kinds = Plan.kinds(contenders);
        boolean whole = scenarios.isEmpty() && contenders.isEmpty() && !quick;
        return new Options(
                Plan.of(quick && scenarios.isEmpty() ? Set.of(Plan.TWO_WRITERS) : scenarios, kinds),
                kinds,
                seconds("seconds", quick ? 1 : 2),
                Duration.ofMillis(400),
                Integer.getInteger(PREFIX + "rounds", quick ? 3 : 5),
                seconds("warmup", quick ? 12 : 150),
                60,
                Long.getLong(PREFIX + "seed", 20_261_127),
                java(System.getProperty(PREFIX + "java")),
                below(System.getProperty(PREFIX + "out"), whole ? "docs" : "benchmarks/target/docs"),
                Optional.ofNullable(System.getProperty(PREFIX + "jfr")).map(folder -> below(folder, folder)),
                whole);
    }

    private static Set<String> names(String option) {
        String text = System.getProperty(PREFIX + option, "");
        return text.isBlank()
                ? Set.of()
                : new LinkedHashSet<>(List.of(text.strip().split("\\s*,\\s*")));
    }

    private static Duration seconds(String option, double otherwise) {
        String text = System.getProperty(PREFIX + option);
        double seconds = text == null ? otherwise : Double.parseDouble(text);
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    private static Path java(@Nullable String jdk) {
        return Path.of(jdk == null ? System.getProperty("java.home") : jdk, "bin", "java");
    }

    /** Folders are relative to the folder above this module, where the command is run. */
    private static Path below(@Nullable String folder, String otherwise) {
        return Path.of("..")
                .toAbsolutePath()
                .resolve(folder == null ? otherwise : folder)
                .normalize();
    }
}
