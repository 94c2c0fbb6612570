package io.github.postgresxa.cdi.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.NodeSettings;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApplicationConfigurationTests {

    private final Map<String, String> file = new HashMap<>(Map.of(
            "postgres.xa.nodes.west.url", "jdbc:postgresql://west/bank",
            "postgres.xa.nodes.east.url", "jdbc:postgresql://east/bank"));
    private final Map<String, String> environment = new HashMap<>();

    private ApplicationConfiguration read() {
        return ApplicationConfiguration.of(new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withProfile("prod")
                .withSources(
                        new PropertiesConfigSource(file, "application.properties", 100),
                        new EnvConfigSource(environment, 300))
                .build());
    }

    private String refusal() {
        InvalidConfigurationException refused = assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(() -> read().check())
                .actual();
        return refused.problem();
    }

    @Test
    void nodesAreInTheOrderOfTheirNamesAndTheFirstIsPrimary() {
        assertThat(read().nodes().names()).containsExactly("east", "west");
        assertThat(read().nodes().primary()).isEqualTo("east");

        file.put("postgres.xa.primary", "west");
        assertThat(read().nodes().primary()).isEqualTo("west");
    }

    @Test
    void noNodeIsRefused() {
        file.clear();

        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(() -> read().nodes())
                .withMessageStartingWith("No PostgreSQL node is configured in postgres.xa.nodes.");
    }

    @Test
    void theEnvironmentOverridesTheFileInBothSpellings() {
        file.put("postgres.xa.nodes.east.pool.max-size", "3");
        environment.put("POSTGRES_XA_NODES_EAST_POOL_MAX_SIZE", "4");
        environment.put("POSTGRES_XA_NODES_WEST_POOL_MAXSIZE", "5");
        environment.put("POSTGRES_XA_NODES_NORTH_URL", "jdbc:postgresql://north/bank");

        assertThat(read().nodes().names()).containsExactly("east", "north", "west");
        assertThat(maxSize("east")).isEqualTo(4);
        assertThat(maxSize("west")).isEqualTo(5);
        assertThatCode(() -> read().check()).doesNotThrowAnyException();
    }

    private int maxSize(String node) {
        NodeSettings settings = read().values().node(node);
        return settings.pool().maxSize();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres.xa.nodes.east.pool.max-size",
                "postgres.xa.nodes.east.pool.maxSize",
                "postgres.xa.nodes.east.pool.max_size"
            })
    void aPropertyCountsHoweverItIsSpelled(String spelling) {
        file.put(spelling, "7");

        assertThat(maxSize("east")).isEqualTo(7);
        assertThatCode(() -> read().check()).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "postgres.xa.nodes.east.pasword, postgres.xa.nodes.east.password",
        "postgres.xa.nodes.east.user, postgres.xa.nodes.east.username",
        "postgres.xa.recovery.intervall, postgres.xa.recovery.interval",
        "%prod.postgres.xa.recovery.intervall, postgres.xa.recovery.interval",
        "postgres.xa.decision, postgres.xa.decision.home"
    })
    void aKeyThatNoPropertyHasIsRefusedWithItsPlaceAndTheNearestRightOne(String wrong, String right) {
        file.put(wrong, "1");

        assertThat(refusal())
                .startsWith("There is no such property below postgres.xa:")
                .contains(wrong, "application.properties", "did you mean " + right + "?");
    }

    @Test
    void aVariableThatNoPropertyHasIsRefusedIfItIsMeantForUs() {
        environment.put("POSTGRES_XA_SERVICE_HOST", "10.0.0.1");
        environment.put("POSTGRES_XA_BACKUP_BUCKET", "b");
        assertThatCode(() -> read().check()).doesNotThrowAnyException();

        environment.put("POSTGRES_XA_NODES_EAST_PASWORD", "hunter2");
        assertThat(refusal())
                .contains("the environment variable POSTGRES_XA_NODES_EAST_PASWORD", "postgres.xa.nodes.east.password")
                .doesNotContain("hunter2", "SERVICE", "BACKUP");
    }

    @Test
    void unknownKeysCanBeIgnored() {
        file.put("postgres.xa.something.else", "1");
        file.put("postgres.xa.ignore-unknown-keys", "true");

        assertThatCode(() -> read().check()).doesNotThrowAnyException();
    }

    @Test
    void aWordThatIsNoValueIsRefusedWithTheNearest() {
        file.put("postgres.xa.transaction-manager", "naryana");

        assertThat(refusal()).isEqualTo("postgres.xa.transaction-manager is 'naryana', which is none of its values.");
    }

    @Test
    void aValueThatRefersToNothingIsRefusedAndNotTakenForNone() {
        file.put("postgres.xa.nodes.east.password", "${EAST_PASSWORD}");

        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(() -> read().values().node("east"))
                .withMessageStartingWith(
                        "postgres.xa.nodes.east.password refers to a value that is not set, or cannot be read.");

        environment.put("EAST_PASSWORD", "s3cret");
        assertThat(read().values().node("east").password()).isEqualTo("s3cret");
    }

    @Test
    void aNodeOfAnotherProfileIsNone() {
        file.put("%test.postgres.xa.nodes.north.url", "jdbc:postgresql://north/bank");
        file.put("%prod.postgres.xa.nodes.south.url", "jdbc:postgresql://south/bank");

        assertThat(read().nodes().names()).containsExactly("east", "south", "west");
    }
}
