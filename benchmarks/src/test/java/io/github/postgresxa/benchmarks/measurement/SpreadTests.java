package io.github.postgresxa.benchmarks.measurement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTests {

    @Test
    void theMedianIsInTheMiddle() {
        assertThat(Spread.of(List.of(5.0, 1.0, 3.0))).hasValue(new Spread(1, 3, 5, 3));
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 9.0))).hasValue(new Spread(1, 3, 9, 4));
    }

    @Test
    void nothingHasNoSpread() {
        assertThat(Spread.of(List.of())).isEmpty();
    }
}
