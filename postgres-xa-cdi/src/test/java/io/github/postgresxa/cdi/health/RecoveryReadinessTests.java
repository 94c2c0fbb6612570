package io.github.postgresxa.cdi.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.RecoveryRegistration;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.Test;

class RecoveryReadinessTests {

    @Test
    void recoveryThatIsMissingIsShownAndTakesNoApplicationOutOfTraffic() {
        HealthCheckResponse answer =
                new RecoveryReadiness(() -> RecoveryRegistration.MISSING, () -> Optional.of("no way in")).call();

        assertThat(answer.getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
        assertThat(answer.getData().orElseThrow())
                .containsEntry("status", "MISSING")
                .containsEntry("problem", "no way in");
    }
}
