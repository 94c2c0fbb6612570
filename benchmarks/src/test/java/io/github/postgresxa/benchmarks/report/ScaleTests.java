package io.github.postgresxa.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScaleTests {

    @Test
    void reachesTheHighestValueInRoundSteps() {
        assertThat(Scale.upTo(1.44)).isEqualTo(new Scale(0.5, 1.5));
        assertThat(Scale.upTo(4321)).isEqualTo(new Scale(1000, 5000));
        assertThat(Scale.upTo(1).ticks()).hasSize(6);
    }

    @Test
    void namesItsMarksAsShortAsTheyAre() {
        assertThat(Scale.upTo(4321).label(2000)).isEqualTo("2,000");
        assertThat(Scale.upTo(1.44).label(0.5)).isEqualTo("0.5");
    }
}
