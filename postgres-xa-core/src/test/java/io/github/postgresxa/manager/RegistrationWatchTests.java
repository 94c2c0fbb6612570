package io.github.postgresxa.manager;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.RecoveryRegistration;
import io.github.postgresxa.gid.ManagerXid;
import org.junit.jupiter.api.Test;

class RegistrationWatchTests {

    private final RegistrationWatch watch = new RegistrationWatch("a manager");

    @Test
    void nothingIsMissingBeforeTheManagerPrepares() {
        assertThat(watch.state()).isEqualTo(RecoveryRegistration.NOT_NEEDED_YET);
    }

    @Test
    void aManagerThatPreparesWithoutAResourceForItsRecoveryIsMissingOne() {
        watch.prepares(ManagerXid.NONE);

        assertThat(watch.state()).isEqualTo(RecoveryRegistration.MISSING);
    }

    @Test
    void aResourceThatIsAskedForLaterCounts() {
        watch.prepares(ManagerXid.NONE);
        watch.registered();

        assertThat(watch.state()).isEqualTo(RecoveryRegistration.REGISTERED);
    }
}
