package io.github.postgresxa.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EstimateTests {

    private static final long MILLISECOND = 1_000_000;

    private final Estimate estimate = new Estimate();

    private void add(long nanos, int times) {
        for (int i = 0; i < times; i++) {
            estimate.add(nanos);
        }
    }

    @Test
    void fewDurationsSayNothing() {
        add(MILLISECOND, Estimate.FEW - 1);
        assertThat(estimate.isKnown()).isFalse();
        add(MILLISECOND, 1);
        assertThat(estimate.isKnown()).isTrue();
        assertThat(estimate.nanos()).isEqualTo(MILLISECOND);
    }

    @Test
    void outliersDoNotMoveIt() {
        add(MILLISECOND, Estimate.WINDOW);
        add(5_000 * MILLISECOND, Estimate.WINDOW / 2);
        assertThat(estimate.nanos()).isEqualTo(MILLISECOND);
    }

    @Test
    void aLastingChangeIsFollowedInBothDirections() {
        add(MILLISECOND, Estimate.WINDOW);
        add(20 * MILLISECOND, Estimate.WINDOW / 2 + 1);
        assertThat(estimate.nanos()).isEqualTo(20 * MILLISECOND);
        add(MILLISECOND, Estimate.WINDOW / 2 + 1);
        assertThat(estimate.nanos()).isEqualTo(MILLISECOND);
    }

    @Test
    void aSmallChangeIsNoise() {
        add(80 * MILLISECOND, Estimate.WINDOW);
        add(89 * MILLISECOND, 10 * Estimate.WINDOW);
        assertThat(estimate.nanos()).isEqualTo(80 * MILLISECOND);
        add(91 * MILLISECOND, Estimate.WINDOW);
        assertThat(estimate.nanos()).isEqualTo(91 * MILLISECOND);
    }

    @Test
    void itIsTheMedianOfTheLatestDurations() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 1; i <= 1_000; i++) {
            add(random.nextLong(MILLISECOND), 1);
        }
        assertThat(estimate.nanos()).isBetween(MILLISECOND / 4, 3 * MILLISECOND / 4);
    }
}
