package io.github.postgresxa.benchmarks.measurement;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.benchmarks.contender.Kind;
import io.github.postgresxa.benchmarks.scenario.Plan;
import io.github.postgresxa.benchmarks.scenario.Scenario;
import io.github.postgresxa.benchmarks.worker.Figures;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResultsTests {

    private static final Scenario SCENARIO = Plan.whole().get(0).scenarios().get(0);

    private final Results results = new Results();

    private void saw(Kind kind, int round, long perSecond, String problem) {
        Figures figures = new Figures(
                1_000_000_000,
                perSecond,
                0,
                "",
                0,
                0,
                0,
                0,
                1_000_000,
                0,
                0,
                3_000_000,
                0,
                5 * perSecond,
                0,
                new long[2]);
        results.add(new Turn(SCENARIO, kind, round, 1, Optional.of(figures), 3, problem));
    }

    @Test
    void aRatioIsTakenWithinARound() {
        saw(Kind.HAND_WRITTEN, 1, 100, "");
        saw(Kind.HAND_WRITTEN, 2, 1000, "");
        saw(Kind.OURS, 1, 80, "");
        saw(Kind.OURS, 2, 900, "");
        assertThat(results.throughputRatio(SCENARIO.id(), Kind.OURS, Kind.HAND_WRITTEN))
                .hasValueSatisfying(ratio -> {
                    assertThat(ratio.low()).isEqualTo(0.8);
                    assertThat(ratio.high()).isEqualTo(0.9);
                });
    }

    @Test
    void aSliceThatLostMoneyDoesNotCount() {
        saw(Kind.HAND_WRITTEN, 1, 100, "");
        saw(Kind.OURS, 1, 500, "the money changed");
        assertThat(results.throughputRatio(SCENARIO.id(), Kind.OURS, Kind.HAND_WRITTEN))
                .isEmpty();
        assertThat(results.broken(SCENARIO.id(), Kind.OURS)).isTrue();
        assertThat(results.problems(Kind::ours)).hasSize(1);
        assertThat(results.problems(k -> k == Kind.HAND_WRITTEN)).isEmpty();
    }

    @Test
    void processorTimeIsThatOfTheJvmAndOfTheServers() {
        saw(Kind.OURS, 1, 100, "");
        assertThat(results.figure(SCENARIO.id(), Kind.OURS, Figures::allMicros))
                .hasValueSatisfying(all -> assertThat(all.median()).isEqualTo(40));
        assertThat(results.figure(SCENARIO.id(), Kind.OURS, Figures::trips))
                .hasValueSatisfying(trips -> assertThat(trips.median()).isEqualTo(5));
        assertThat(results.flushes(SCENARIO.id(), Kind.OURS))
                .hasValueSatisfying(flushes -> assertThat(flushes.median()).isEqualTo(3));
    }
}
