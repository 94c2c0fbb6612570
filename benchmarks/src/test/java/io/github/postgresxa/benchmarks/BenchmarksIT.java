package io.github.postgresxa.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.benchmarks.contender.Kind;
import io.github.postgresxa.benchmarks.measurement.Cost;
import io.github.postgresxa.benchmarks.measurement.Nodes;
import io.github.postgresxa.benchmarks.measurement.Options;
import io.github.postgresxa.benchmarks.measurement.Run;
import io.github.postgresxa.benchmarks.measurement.Turn;
import io.github.postgresxa.benchmarks.report.Machine;
import io.github.postgresxa.benchmarks.report.Report;
import io.github.postgresxa.benchmarks.scenario.Block;
import io.github.postgresxa.benchmarks.scenario.Plan;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The measurement works, and every contender keeps the money together. It makes no claim about times. */
@PostgresNodes(
        value = {"n1", "n2"},
        settings = {"max_prepared_transactions=100", "autovacuum=off", "wal_writer_delay=10s"})
class BenchmarksIT {

    private static final Path OUT = Path.of("target", "sample").toAbsolutePath();

    /** Each contender that has code of its own; the others differ from these by their class path or manager. */
    private static final List<Kind> KINDS = Arrays.stream(Kind.values())
            .filter(kind -> !Set.of(Kind.OURS_NARAYANA_INSIDE, Kind.OURS_ACTUATOR, Kind.OURS_SPRING_NARAYANA)
                    .contains(kind))
            .toList();

    /** {@return two scenarios; in the second one those contenders take part that the first one has not} */
    private static List<Block> blocks() {
        List<Block> blocks = new ArrayList<>(Plan.of(Set.of(Plan.TWO_WRITERS), KINDS));
        List<Kind> rest = KINDS.stream()
                .filter(kind -> blocks.stream()
                        .flatMap(block -> block.scenarios().stream())
                        .noneMatch(scenario -> scenario.contenders().contains(kind)))
                .toList();
        blocks.addAll(Plan.of(Set.of(Plan.STARTER), rest));
        return blocks;
    }

    @Test
    void everyContenderTakesATurnAndThePageIsWritten(PostgresNode n1, PostgresNode n2) throws Exception {
        Options options = new Options(
                blocks(),
                KINDS,
                Duration.ofMillis(200),
                Duration.ofMillis(100),
                1,
                Duration.ZERO,
                10,
                1,
                Path.of(System.getProperty("java.home"), "bin", "java"),
                OUT,
                Optional.empty(),
                false);
        int turns;
        try (Nodes nodes = new Nodes(List.of(n1, n2));
                Run run = new Run(options, nodes, OUT.resolve("workers"))) {
            run.count(List.of(Cost.Work.TWO_WRITERS), List.of(Kind.OURS));
            options.blocks().forEach(run::measure);
            new Report(
                            options,
                            Machine.of(
                                    nodes,
                                    run,
                                    BenchmarksIT.class
                                            .getAnnotation(PostgresNodes.class)
                                            .settings()))
                    .write(run.results());
            assertThat(run.results().problems(k -> true)).isEmpty();
            assertThat(run.results().turns()).extracting(Turn::kind).containsOnly(KINDS.toArray(Kind[]::new));
            turns = run.results().turns().size();
            Cost ours = run.results().cost(Cost.Work.TWO_WRITERS, Kind.OURS).orElseThrow();
            assertThat(ours.roundTrips()).isEqualTo(5);
            assertThat(ours.flushes()).isEqualTo(3);
        }
        assertThat(OUT.resolve("performance.md"))
                .content()
                .contains(Arrays.stream(Kind.values()).map(Kind::title).toList());
        assertThat(Files.readAllLines(OUT.resolve("performance/slices.csv"))).hasSize(turns + 1);
        assertThat(OUT.resolve("performance/two-writers.svg")).content().endsWith("</svg>\n");
    }
}
