package io.github.postgresxa.reliability.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.test.PostgresNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A part of the {@link CrashPointMatrix} for every build: all kills of the application with two writers, and some of
 * all others, inside the driver and elsewhere. Two test classes share it, so that they can run at the same time.
 */
final class CrashPointSample {

    private static final int OTHERS = 1;
    private static final ProtocolRun ALL_KILLS = new ProtocolRun.Commit(Shape.TWO_WRITERS);

    private CrashPointSample() {}

    /** {@return the plays in which recovery has work from the beginning, or the others} */
    static List<ProtocolRun> plays(boolean ofRecovery) {
        return ProtocolRuns.all().stream()
                .filter(play ->
                        ofRecovery == (play instanceof ProtocolRun.Recovery || play instanceof ProtocolRun.Forgetting))
                .toList();
    }

    static void keepsThePromise(List<ProtocolRun> plays, PostgresNode... nodes) throws Exception {
        long seed = Runs.seed();
        System.getLogger(CrashPointSample.class.getName())
                .log(System.Logger.Level.INFO, "seed: -Dreliability.seed={0}", Long.toString(seed));
        try (Runs runs = new Runs(List.of(nodes), seed)) {
            Random random = new Random(seed);
            for (ProtocolRun play : plays) {
                List<Scenario> scenarios = new ArrayList<>(runs.scenarios(play));
                if (play.equals(ALL_KILLS)) {
                    List<Scenario> kills = scenarios.stream()
                            .filter(s -> s.strike() == FaultType.KILL_APPLICATION)
                            .toList();
                    runs.run(kills);
                    scenarios.removeAll(kills);
                }
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
