package io.github.postgresxa.benchmarks.measurement;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WarmthTests {

    private final Warmth warmth = new Warmth();

    private void costs(double... costs) {
        for (double cost : costs) {
            warmth.add(cost);
        }
    }

    @Test
    void costsThatStillFallAreNotWarm() {
        costs(1000, 800, 650, 540, 460, 400, 360);
        assertThat(warmth.reached()).isFalse();
    }

    @Test
    void costsThatHaveStoppedFallingAreWarm() {
        costs(1000, 600, 500, 501, 499, 503);
        assertThat(warmth.reached()).isTrue();
        assertThat(warmth.fell()).isEqualTo(1000 / 499.0);
    }

    @Test
    void aBusyWindowDoesNotHideProgress() {
        costs(1000, 600, 900, 800, 500);
        assertThat(warmth.reached()).isFalse();
    }

    @Test
    void aFewWindowsAreNeverEnough() {
        costs(500, 500, 500);
        assertThat(warmth.reached()).isFalse();
    }
}
