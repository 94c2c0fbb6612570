package io.github.postgresxa.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.Acknowledge;
import io.github.postgresxa.CommitSettings;
import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.PoolSettings;
import io.github.postgresxa.RecoveryRole;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.spring.autoconfigure.PostgresXaProperties.Manager;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.mock.env.MockEnvironment;

class PostgresXaPropertiesTests {

    @Test
    void haveTheDefaultsOfTheCore() {
        PostgresXaProperties properties =
                bind(Map.of("postgres.xa.nodes.east.url", "jdbc:postgresql://localhost/east"));

        assertThat(properties.enabled()).isTrue();
        assertThat(properties.transactionManager()).isEqualTo(Manager.AUTO);
        assertThat(properties.commit().toSettings()).isEqualTo(CommitSettings.DEFAULT);
        assertThat(properties.decision().toSettings()).isEqualTo(DecisionSettings.DEFAULT);
        assertThat(properties.recovery().toSettings()).isEqualTo(RecoverySettings.DEFAULT);
        assertThat(east(properties).pool()).isEqualTo(PoolSettings.DEFAULT);
        assertThat(properties.health().inDoubtThreshold()).isEqualTo(Duration.ofMinutes(1));
        assertThat(properties.metrics().transactionNames()).isZero();
        assertThat(properties.logging().transactionId()).isTrue();
    }

    @Test
    void reachTheSettings() {
        PostgresXaProperties properties = bind(Map.ofEntries(
                Map.entry("postgres.xa.nodes.east.url", "jdbc:postgresql://localhost/east"),
                Map.entry("postgres.xa.nodes.east.username", "bank"),
                Map.entry("postgres.xa.nodes.east.password", "hunter2"),
                Map.entry("postgres.xa.nodes.east.recovery-role.username", "keeper"),
                Map.entry("postgres.xa.nodes.east.recovery-role.password", "hunter3"),
                Map.entry("postgres.xa.nodes.east.required", "false"),
                Map.entry("postgres.xa.nodes.east.pool.max-size", "7"),
                Map.entry("postgres.xa.nodes.east.pool.min-size", "2"),
                Map.entry("postgres.xa.nodes.east.pool.acquisition-timeout", "3s"),
                Map.entry("postgres.xa.nodes.east.pool.idle-timeout", "1m"),
                Map.entry("postgres.xa.nodes.east.pool.max-lifetime", "2m"),
                Map.entry("postgres.xa.nodes.east.pool.validation-idle", "9s"),
                Map.entry("postgres.xa.nodes.east.pool.discard-all", "true"),
                Map.entry("postgres.xa.transaction-manager", "narayana"),
                Map.entry("postgres.xa.transaction-timeout", "1500ms"),
                Map.entry("postgres.xa.decision.home", "east"),
                Map.entry("postgres.xa.commit.acknowledge", "decided"),
                Map.entry("postgres.xa.commit.read-your-writes", "0"),
                Map.entry("postgres.xa.decision.schema", "mine"),
                Map.entry("postgres.xa.decision.initialize-schema", "never"),
                Map.entry("postgres.xa.decision.retention", "2h"),
                Map.entry("postgres.xa.decision.single-writer", "true"),
                Map.entry("postgres.xa.recovery.enabled", "false"),
                Map.entry("postgres.xa.recovery.interval", "5s"),
                Map.entry("postgres.xa.recovery.grace", "20s"),
                Map.entry("postgres.xa.recovery.share", "false"),
                Map.entry("postgres.xa.health.in-doubt-threshold", "90s"),
                Map.entry("postgres.xa.metrics.transaction-names", "100"),
                Map.entry("postgres.xa.logging.transaction-id", "false")));

        assertThat(properties.transactionTimeout()).isEqualTo(Duration.ofMillis(1500));
        assertThat(east(properties))
                .isEqualTo(new NodeSettings(
                        "east",
                        "jdbc:postgresql://localhost/east",
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
                        false));
        assertThat(properties.transactionManager()).isEqualTo(Manager.NARAYANA);
        assertThat(properties.decision().home()).isEqualTo("east");
        assertThat(properties.commit().toSettings()).isEqualTo(new CommitSettings(Acknowledge.DECIDED, Duration.ZERO));
        assertThat(properties.decision().toSettings())
                .isEqualTo(new DecisionSettings("mine", false, Duration.ofHours(2), true));
        assertThat(properties.recovery().toSettings())
                .isEqualTo(new RecoverySettings(false, Duration.ofSeconds(5), Duration.ofSeconds(20), false));
        assertThat(properties.health().inDoubtThreshold()).isEqualTo(Duration.ofSeconds(90));
        assertThat(properties.metrics().transactionNames()).isEqualTo(100);
        assertThat(properties.logging().transactionId()).isFalse();
    }

    @Test
    void showNoCredentialsAsText() {
        PostgresXaProperties properties = bind(Map.of(
                "postgres.xa.nodes.east.url", "jdbc:postgresql://localhost/east?user=scott&password=tiger",
                "postgres.xa.nodes.east.password", "hunter2",
                "postgres.xa.nodes.east.recovery-role.username", "keeper",
                "postgres.xa.nodes.east.recovery-role.password", "hunter3"));

        assertThat(properties.toString()).doesNotContain("hunter2", "tiger", "hunter3");
        assertThat(properties.nodes().values().toString()).doesNotContain("hunter3");
        assertThat(String.valueOf(east(properties).recoveryRole())).isEqualTo("keeper");
        assertThat(new PropertiesConnectionDetails(properties).node("east").toString())
                .doesNotContain("hunter2", "tiger");
    }

    @Test
    void nameTheApplication() {
        MockEnvironment unnamed = new MockEnvironment();
        MockEnvironment named = new MockEnvironment().withProperty("spring.application.name", "bank");

        assertThat(bind(Map.of("postgres.xa.name", "ledger")).applicationName(named))
                .isEqualTo("ledger");
        assertThat(bind(Map.of()).applicationName(named)).isEqualTo("bank");
        assertThat(bind(Map.of()).applicationName(unnamed)).isEqualTo("application");
    }

    private static NodeSettings east(PostgresXaProperties properties) {
        return properties.toSettings("east", new PropertiesConnectionDetails(properties).node("east"));
    }

    private static PostgresXaProperties bind(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("postgres.xa", PostgresXaProperties.class);
    }
}
