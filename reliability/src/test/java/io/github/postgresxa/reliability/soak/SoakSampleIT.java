package io.github.postgresxa.reliability.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.reliability.load.Application;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A short run of {@link Soak}, in every build. */
@PostgresNodes({"east", "north", "west"})
class SoakSampleIT {

    @Test
    void randomFaultsBreakNothing(PostgresNode east, PostgresNode north, PostgresNode west) throws Exception {
        long seed = Long.getLong("soak.seed", new Random().nextLong());
        Path directory =
                Files.createDirectories(Path.of("target", "soak-sample").toAbsolutePath());
        try (SoakRun run = new SoakRun(seed, List.of(east, north, west), directory, Application.presentClassPath())) {
            run.run(Duration.ofSeconds(30), Duration.ofSeconds(15));

            assertThat(run.log().count("ok")).as("transfers").isGreaterThan(200);
            assertThat(run.struck()).as("kinds of faults").hasSizeGreaterThan(4);
            System.err.println(run.struck() + " " + run.log().reasons());
        }
    }
}
