package io.github.postgresxa.reliability.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.test.PostgresNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A part of the {@link CrashPointMatrix} for every build: all kills of the application with two writers, and some of
 * all others, inside the driver and elsewhere. Four test classes share it, so that they can run at the same time.
 */
final class CrashPointSample {

    private static final int OTHERS = 1;
    private static final ProtocolRun ALL_KILLS = new ProtocolRun.Commit(Shape.TWO_WRITERS);

    /** Which plays. */
    enum Part {
        /** All kills, and some other faults, of one play. */
        KILLS,
        /** Those in which recovery has work from the beginning. */
        RECOVERY,
        /** The same with two that recover at a time. */
        RIVALS,
        /** All others. */
        OTHERS;

        private static Part of(ProtocolRun play) {
            if (play.equals(ALL_KILLS)) {
                return KILLS;
            }
            if (play instanceof ProtocolRun.Recovery recovery) {
                return recovery.hasRival() ? RIVALS : RECOVERY;
            }
            return play instanceof ProtocolRun.Forgetting ? RECOVERY : OTHERS;
        }
    }

    private CrashPointSample() {}

    static void keepsThePromise(Part part, PostgresNode... nodes) throws Exception {
        long seed = Runs.seed();
        System.getLogger(CrashPointSample.class.getName())
                .log(System.Logger.Level.INFO, "seed: -Dreliability.seed={0}", Long.toString(seed));
        try (Runs runs = new Runs(List.of(nodes), seed)) {
            Random random = new Random(seed);
            for (ProtocolRun play : ProtocolRuns.all()) {
                if (Part.of(play) != part) {
                    continue;
                }
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
