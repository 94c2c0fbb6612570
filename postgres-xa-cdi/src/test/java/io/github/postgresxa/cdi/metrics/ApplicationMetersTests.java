package io.github.postgresxa.cdi.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ApplicationMetersTests {

    private final MeterRegistry ofServer = new SimpleMeterRegistry();

    private static final MeterBinder METERS = registry -> {
        Gauge.builder("postgres.xa.active", () -> 3).register(registry);
        Timer.builder("postgres.xa.commit").register(registry).record(Duration.ofSeconds(1));
    };

    @Test
    void twoApplicationsAreToldApartAndTheEndOfOneLeavesTheOther() {
        Counter ofServerItself = ofServer.counter("postgres.xa.active.of.something.else");
        ApplicationMeters bank = ApplicationMeters.bind(METERS, "bank", ofServer);
        ApplicationMeters.bind(METERS, "shop", ofServer);

        assertThat(ofServer.get("postgres.xa.active")
                        .tag("application", "bank")
                        .gauge()
                        .value())
                .isEqualTo(3);
        assertThat(ofServer.get("postgres.xa.commit")
                        .tag("application", "shop")
                        .timer()
                        .count())
                .isEqualTo(1);

        bank.close();
        assertThat(ofServer.getMeters())
                .hasSize(3)
                .contains(ofServerItself)
                .noneMatch(meter -> "bank".equals(meter.getId().getTag("application")));
        assertThat(ofServer.isClosed()).isFalse();
    }
}
