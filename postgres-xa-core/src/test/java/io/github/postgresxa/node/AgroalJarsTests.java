package io.github.postgresxa.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.agroal.api.configuration.supplier.AgroalConnectionPoolConfigurationSupplier;
import org.junit.jupiter.api.Test;

/** What does not fit is seen at start, with the versions that are there. */
class AgroalJarsTests {

    @Test
    void theVersionsOfThisBuildFit() {
        assertThatCode(AgroalJars::check).doesNotThrowAnyException();
    }

    @Test
    void theVersionOfQuarkusFits() {
        assertThat(AgroalJars.problem("3.0.1", "3.0.1")).isEmpty();
    }

    @Test
    void anOlderOneIsRefusedByItsVersion() {
        assertThat(AgroalJars.problem("2.8", "2.8"))
                .get()
                .satisfies(refused ->
                        assertThat(refused).hasMessageContaining("Agroal 2.8,").hasMessageContaining("3.0.1 or newer"));
        assertThat(AgroalJars.problem("3.0", null)).isPresent();
    }

    @Test
    void jarsOfDifferentVersionsAreRefused() {
        assertThat(AgroalJars.problem("3.0.1", "3.2.1"))
                .get()
                .satisfies(
                        refused -> assertThat(refused).hasMessageContaining("agroal-api 3.0.1 and agroal-pool 3.2.1"));
        assertThat(AgroalJars.problem("3.2.1", "3.2.1.redhat-00001")).isEmpty();
    }

    @Test
    void aVersionThatIsNotKnownIsNotRefused() {
        assertThat(AgroalJars.problem(null, null)).isEmpty();
        assertThat(AgroalJars.problem("snapshot", "snapshot")).isEmpty();
    }

    @Test
    void aNodeWithoutAConnectionFailsAtOnce() {
        assertThat(AgroalJars.failAtOnce(new AgroalConnectionPoolConfigurationSupplier()
                                .maxSize(1)
                                .connectionFactoryConfiguration(f -> f))
                        .get()
                        .establishmentRetryAttempts())
                .isZero();
    }
}
