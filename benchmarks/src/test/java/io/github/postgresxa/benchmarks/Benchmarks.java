package io.github.postgresxa.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.benchmarks.contender.Kind;
import io.github.postgresxa.benchmarks.measurement.Cost;
import io.github.postgresxa.benchmarks.measurement.Nodes;
import io.github.postgresxa.benchmarks.measurement.Options;
import io.github.postgresxa.benchmarks.measurement.Run;
import io.github.postgresxa.benchmarks.report.Machine;
import io.github.postgresxa.benchmarks.report.Report;
import io.github.postgresxa.benchmarks.scenario.Block;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The whole measurement: {@code ./mvnw -pl benchmarks -am verify -Pbenchmarks}. It fails if this project loses money
 * or leaves something prepared, never because of a time; the page reports what others do.
 */
@PostgresNodes(
        value = {"n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8"},
        settings = {
            "max_prepared_transactions=300",
            "max_connections=400",
            "shared_buffers=128MB",
            "autovacuum=off",
            "checkpoint_timeout=1h",
            "max_wal_size=8GB",
            "wal_writer_delay=10s"
        })
class Benchmarks {

    @Test
    void everyContenderTakesTurns(
            PostgresNode n1,
            PostgresNode n2,
            PostgresNode n3,
            PostgresNode n4,
            PostgresNode n5,
            PostgresNode n6,
            PostgresNode n7,
            PostgresNode n8) {
        Options options = Options.fromProperties();
        Path directory = Path.of("target", "benchmarks").toAbsolutePath();
        say("pages go to " + options.out());
        try (Nodes nodes = new Nodes(List.of(n1, n2, n3, n4, n5, n6, n7, n8));
                Run run = new Run(options, nodes, directory)) {
            Report report = new Report(
                    options,
                    Machine.of(
                            nodes,
                            run,
                            Benchmarks.class.getAnnotation(PostgresNodes.class).settings()));
            say("warming up");
            run.warmUp();
            say("counting");
            run.count(options.whole() ? List.of(Cost.Work.values()) : List.of(Cost.Work.TWO_WRITERS), options.kinds());
            report.write(run.results());
            for (Block block : options.blocks()) {
                say(block.title());
                run.measure(block);
                report.write(run.results());
            }
            say("done");
            assertThat(run.results().problems(Kind::ours)).isEmpty();
        }
    }

    private static void say(String what) {
        System.out.println(LocalTime.now().format(DateTimeFormatter.ofPattern("HH:mm:ss")) + " " + what);
    }
}
