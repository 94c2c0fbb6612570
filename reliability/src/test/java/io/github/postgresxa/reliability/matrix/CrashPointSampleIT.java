package io.github.postgresxa.reliability.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A part of the {@link CrashPointMatrix} for every build: all kills of the application with two writers, and some of
 * all others, inside the driver and elsewhere.
 */
@PostgresNodes({"east", "west", "north"})
class CrashPointSampleIT {

    private static final int OTHERS = 1;

    @Test
    void keepsThePromiseAtEveryKillAndAtSomeOtherFaults(PostgresNode east, PostgresNode west, PostgresNode north)
            throws Exception {
        long seed = Runs.seed();
        System.getLogger(CrashPointSampleIT.class.getName())
                .log(System.Logger.Level.INFO, "seed: -Dreliability.seed={0}", Long.toString(seed));
        try (Runs runs = new Runs(List.of(east, west, north), seed)) {
            Random random = new Random(seed);
            ProtocolRun first = new ProtocolRun.Commit(Shape.TWO_WRITERS);
            List<Scenario> kills = runs.scenarios(first).stream()
                    .filter(s -> s.strike() == FaultType.KILL_APPLICATION)
                    .toList();
            runs.run(kills);
            for (ProtocolRun play : ProtocolRuns.all()) {
                List<Scenario> scenarios = new ArrayList<>(runs.scenarios(play));
                scenarios.removeAll(kills);
                Collections.shuffle(scenarios, random);
                runs.run(scenarios.stream()
                        .filter(s -> !s.strike().isOfTheDriver())
                        .limit(OTHERS)
                        .toList());
                runs.run(scenarios.stream()
                        .filter(s -> s.strike().isOfTheDriver())
                        .limit(OTHERS)
                        .toList());
            }
            assertThat(runs.results()).isNotEmpty();
            assertThat(runs.failures()).isEmpty();
        }
    }
}
