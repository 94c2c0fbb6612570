package io.github.postgresxa.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ThrottleTests {

    // The clock may overflow at any time.
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final Throttle throttle = new Throttle(2, Duration.ofNanos(10), now::get);

    @Test
    void soManyPassAndTheNextOneTellsHowManyDidNot() {
        assertThat(throttle.pass()).isTrue();
        assertThat(throttle.pass()).isTrue();
        assertThat(throttle.pass()).isFalse();
        assertThat(throttle.pass()).isFalse();
        now.addAndGet(10);
        assertThat(throttle.pass()).isTrue();
        assertThat(throttle.more()).isEqualTo(" (and 2 more like this)");
        assertThat(throttle.more()).isEmpty();
    }
}
