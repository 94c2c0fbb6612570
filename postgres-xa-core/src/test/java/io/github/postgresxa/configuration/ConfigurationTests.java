package io.github.postgresxa.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.Acknowledge;
import io.github.postgresxa.CommitSettings;
import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.PoolSettings;
import io.github.postgresxa.RecoveryRole;
import io.github.postgresxa.RecoverySettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTests {

    private static final String URL = "jdbc:postgresql://localhost/east";

    private final Map<String, String> values = new HashMap<>();
    private final Configuration configuration = Configuration.over(values::get);

    @Test
    void itsDefaultsAreThoseOfTheSettings() {
        set("nodes.east.url", URL);
        assertThat(configuration.node("east")).isEqualTo(new NodeSettings("east", URL, null, null));
        assertThat(configuration.commit()).isEqualTo(CommitSettings.DEFAULT);
        assertThat(configuration.decision()).isEqualTo(DecisionSettings.DEFAULT);
        assertThat(configuration.recovery()).isEqualTo(RecoverySettings.DEFAULT);
        assertThat(configuration.name()).isEmpty();
        assertThat(configuration.transactionTimeout()).isEmpty();
        assertThat(configuration.choice("transaction-manager")).isEqualTo("auto");
        assertThat(configuration.flag("enabled")).isTrue();
        assertThat(configuration.number("metrics.transaction-names")).isZero();
        assertThat(configuration.duration("health.in-doubt-threshold")).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void everyValueReachesItsSetting() {
        set("nodes.east.url", URL);
        set("nodes.east.username", "bank");
        set("nodes.east.password", "hunter2");
        set("nodes.east.recovery-role.username", "keeper");
        set("nodes.east.recovery-role.password", "hunter3");
        set("nodes.east.required", "no");
        set("nodes.east.pool.max-size", "7");
        set("nodes.east.pool.min-size", "2");
        set("nodes.east.pool.acquisition-timeout", "3s");
        set("nodes.east.pool.idle-timeout", "1m");
        set("nodes.east.pool.max-lifetime", "PT2M");
        set("nodes.east.pool.validation-idle", "9000");
        set("nodes.east.pool.discard-all", "ON");
        set("commit.acknowledge", "Decided");
        set("commit.read-your-writes", "0");
        set("decision.schema", "mine");
        set("decision.initialize-schema", "Never");
        set("decision.retention", "2h");
        set("decision.single-writer", "true");
        set("recovery.enabled", "false");
        set("recovery.interval", "5s");
        set("recovery.grace", "20s");
        set("recovery.share", "off");
        set("name", "ledger");
        set("transaction-timeout", "1500ms");
        NodeSettings east = new NodeSettings(
                "east",
                URL,
                "bank",
                "hunter2",
                new PoolSettings(
                        7,
                        2,
                        Duration.ofSeconds(3),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(2),
                        Duration.ofSeconds(9),
                        true),
                new RecoveryRole("keeper", "hunter3"),
                false);
        assertThat(configuration.node("east")).isEqualTo(east);
        assertThat(configuration.commit()).isEqualTo(new CommitSettings(Acknowledge.DECIDED, Duration.ZERO));
        assertThat(configuration.decision()).isEqualTo(new DecisionSettings("mine", false, Duration.ofHours(2), true));
        assertThat(configuration.recovery())
                .isEqualTo(new RecoverySettings(false, Duration.ofSeconds(5), Duration.ofSeconds(20), false));
        assertThat(configuration.name()).contains("ledger");
        assertThat(configuration.transactionTimeout()).contains(Duration.ofMillis(1500));
        assertThat(configuration.builder(List.of("east")).nodes()).containsExactly(east);
    }

    @ParameterizedTest
    @CsvSource({
        "nodes.east.pool.max-size, many, no number",
        "nodes.east.pool.max-size, 99999999999, no number",
        "nodes.east.pool.idle-timeout, soon, no length of time",
        "nodes.east.pool.idle-timeout, 5x, no length of time",
        "nodes.east.pool.idle-timeout, 99999999999999999999s, no length of time",
        "nodes.east.pool.idle-timeout, 9223372036854775807d, no length of time",
        "nodes.east.required, perhaps, neither true nor false",
        "decision.initialize-schema, sometimes, none of its values"
    })
    void anErrorNamesTheKeyAndTheValue(String key, String value, String problem) {
        set("nodes.east.url", URL);
        set(key, value);
        assertThatThrownBy(() -> configuration.builder(List.of("east")))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("postgres.xa.%s is '%s'", key, value)
                .hasMessageContaining(problem);
    }

    @Test
    void anErrorOfTheWholeNamesTheNode() {
        refused("The node 'east' has no URL.", "postgres.xa.nodes.east.url", "POSTGRES_XA_NODES_EAST_");
        set("nodes.east.url", URL);
        set("nodes.east.pool.min-size", "11");
        refused("Node 'east'", "min-size 11");
    }

    @Test
    void theHomeIsOneOfTheNodes() {
        set("nodes.east.url", URL);
        set("decision.home", "north");
        assertThatThrownBy(() -> configuration.builder(List.of("east")).build())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("'north' is none of the nodes [east]");
    }

    @Test
    void thePrimaryNodeIsOneOfThem() {
        assertThat(configuration.names(List.of("west", "east")).primary()).isEqualTo("west");
        set("primary", "east");
        assertThat(configuration.names(List.of("west", "east")).primary()).isEqualTo("east");
        set("primary", "north");
        refused("The primary node 'north' is not configured.", "'east'");
        values.clear();
        assertThatThrownBy(() -> configuration.names(List.of("We-st")))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("'We-st' in postgres.xa.nodes")
                .hasMessageContaining("for example 'west'");
    }

    @Test
    void anEmptyValueIsTheDefaultWhereATextMakesNoSense() {
        set("nodes.east.url", URL);
        set("nodes.east.pool.max-size", " ");
        set("recovery.interval", "");
        assertThat(configuration.node("east").pool()).isEqualTo(PoolSettings.DEFAULT);
        assertThat(configuration.recovery()).isEqualTo(RecoverySettings.DEFAULT);
    }

    private void refused(String... words) {
        assertThatThrownBy(() -> configuration.builder(List.of("east")))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContainingAll(words);
    }

    private void set(String key, String value) {
        values.put("postgres.xa." + key, value);
    }
}
