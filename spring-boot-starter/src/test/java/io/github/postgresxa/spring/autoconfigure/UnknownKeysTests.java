package io.github.postgresxa.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.postgresxa.InvalidConfigurationException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

class UnknownKeysTests {

    private final StandardEnvironment environment = new StandardEnvironment();

    @ParameterizedTest
    @CsvSource({
        "postgres.xa.nodes.east.pasword, postgres.xa.nodes.east.password",
        "postgres.xa.nodes.east.user, postgres.xa.nodes.east.username",
        "postgres.xa.nodes.east.jdbc-url, postgres.xa.nodes.east.url",
        "postgres.xa.nodes.east.pool.max-siz, postgres.xa.nodes.east.pool.max-size",
        "postgres.xa.nodes.east.pool.maxsiz, postgres.xa.nodes.east.pool.max-size",
        "postgres.xa.nodes.east.pool.max.size, postgres.xa.nodes.east.pool.max-size",
        "postgres.xa.nodes.east.pool.maximum-pool-size, postgres.xa.nodes.east.pool.max-size",
        "postgres.xa.nodes.east.max-size, postgres.xa.nodes.east.pool.max-size",
        "postgres.xa.nodes.east.recovery-role.user, postgres.xa.nodes.east.recovery-role.username",
        "postgres.xa.node.east.url, postgres.xa.nodes.east.url",
        "postgres.xa.pool.max-siz, postgres.xa.nodes.<node>.pool.max-size",
        "postgres.xa.max-size, postgres.xa.nodes.<node>.pool.max-size",
        "postgres.xa.enable, postgres.xa.enabled",
        "postgres.xa.decision.initialise-schema, postgres.xa.decision.initialize-schema",
        "postgres.xa.decisions.schema, postgres.xa.decision.schema",
        "postgres.xa.recovery.intervall, postgres.xa.recovery.interval",
        "postgres.xa.transaction-manger, postgres.xa.transaction-manager",
        "postgres.xa.retention, postgres.xa.decision.retention",
        "postgres.xa.nodes.east, postgres.xa.nodes.east.url",
        "postgres.xa.nodes, postgres.xa.nodes.<node>.url",
        "postgres.xa.decision, postgres.xa.decision.home"
    })
    void areRefusedWithTheNearestRightOne(String wrong, String right) {
        file(wrong);

        assertThat(refusal()).contains(wrong, "did you mean " + right + "?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres.xa.nodes.east.pool.frobnicate",
                "postgres.xa.nodes.east.driver-class-name",
                "postgres.xa.something.else",
                "postgres.xa.name.first",
                "postgres.xa.nodes.east.url[0]"
            })
    void areRefusedAlsoWhereNoneIsNear(String wrong) {
        file(wrong);

        assertThat(refusal()).contains(wrong);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres.xa.nodes.east.pool.max-size",
                "postgres.xa.nodes.east.pool.maxSize",
                "postgres.xa.nodes.east.pool.max_size",
                "postgres.xa.nodes.east.pool.MAX-SIZE",
                "postgres.xa.nodes[east].pool.max-size",
                "postgres.xa.nodes.east.recoveryRole.username",
                "postgres.xa.transactionManager",
                "postgres.xa.decision.initializeSchema",
                "postgres.xa.doctor.at-start",
                "postgres.xa.health.inDoubtThreshold",
                "postgres.xa.test.nodes",
                "postgres.xathing.nodes"
            })
    void areNoneInAnyRelaxedForm(String key) {
        file(key);

        assertPasses();
    }

    @Test
    void areNamedWithTheirPlaceInTheFile() throws Exception {
        String yaml = """
                postgres:
                  xa:
                    nodes:
                      east:
                        url: jdbc:postgresql://localhost/east
                        pasword: hunter2
                    recovery:
                """;
        new YamlPropertySourceLoader()
                .load("application.yml", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))
                .forEach(environment.getPropertySources()::addLast);

        assertThat(refusal())
                .contains("postgres.xa.nodes.east.pasword", "6:18")
                .doesNotContain("hunter2", "postgres.xa.recovery");
    }

    @Test
    void areNamedAllAtOnce() {
        file("postgres.xa.enable", "postgres.xa.nodes.east.url", "postgres.xa.nodes.east.pasword");

        assertThat(refusal()).contains("postgres.xa.enable ", "postgres.xa.nodes.east.pasword ");
    }

    @Nested
    @ExtendWith(OutputCaptureExtension.class)
    class InEnvironmentVariables {

        @ParameterizedTest
        @CsvSource({
            "POSTGRES_XA_NODES_EAST_PASWORD, postgres.xa.nodes.east.password",
            "POSTGRES_XA_NODES_EAST_POOL_MAXSIZ, postgres.xa.nodes.east.pool.max-size",
            "POSTGRES_XA_NODES_EAST_POOL_MAX_SIZ, postgres.xa.nodes.east.pool.max-size",
            "POSTGRES_XA_ENABLE, postgres.xa.enabled",
            "POSTGRES_XA_DECISION_INITIALISE_SCHEMA, postgres.xa.decision.initialize-schema"
        })
        void areRefusedWhereTheyResembleAProperty(String wrong, String right) {
            variable(wrong);

            assertThat(refusal()).contains(wrong, "did you mean " + right + "?");
        }

        @Test
        void areRefusedBelowANode() {
            variable("POSTGRES_XA_NODES_EAST_SOMETHING");

            assertThat(refusal()).contains("POSTGRES_XA_NODES_EAST_SOMETHING");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "POSTGRES_XA_SERVICE_HOST",
                    "POSTGRES_XA_SERVICE_PORT",
                    "POSTGRES_XA_SERVICE_PORT_POSTGRES",
                    "POSTGRES_XA_PORT",
                    "POSTGRES_XA_PORT_5432_TCP",
                    "POSTGRES_XA_PORT_5432_TCP_ADDR",
                    "POSTGRES_XA_NODES_EAST_PORT_5432_TCP_PROTO",
                    "POSTGRES_XA_ENV_PGDATA",
                    "POSTGRES_XAVIER"
                })
        void ofAPlatformArePassedOver(String variable, CapturedOutput output) {
            variable(variable);

            assertPasses();
            assertThat(output).doesNotContain(variable);
        }

        @BeforeEach
        void logInfo() {
            logLevel(LogLevel.INFO);
        }

        @AfterEach
        void logWhatTestsLog() {
            logLevel(null);
        }

        private static void logLevel(@Nullable LogLevel level) {
            LoggingSystem.get(UnknownKeys.class.getClassLoader()).setLogLevel(UnknownKeys.class.getName(), level);
        }

        @ParameterizedTest
        @ValueSource(strings = {"POSTGRES_XA_IMAGE", "POSTGRES_XA_HOME", "POSTGRES_XA_PASSWORD", "POSTGRES_XA_VERSION"})
        void forSomethingElseAreOnlyMentioned(String variable, CapturedOutput output) {
            variable(variable);

            assertPasses();
            assertThat(output).contains("No property of postgres.xa: the environment variable " + variable);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "POSTGRES_XA_NODES_EAST_PASSWORD",
                    "POSTGRES_XA_NODES_EAST_POOL_MAXSIZE",
                    "POSTGRES_XA_NODES_EAST_POOL_MAX_SIZE",
                    "POSTGRES_XA_NODES_EAST_RECOVERYROLE_USERNAME",
                    "POSTGRES_XA_NODES_EAST_RECOVERY_ROLE_USERNAME",
                    "POSTGRES_XA_HEALTH_INDOUBTTHRESHOLD",
                    "POSTGRES_XA_HEALTH_IN_DOUBT_THRESHOLD",
                    "postgres_xa_nodes_east_password"
                })
        void areNoneInBothForms(String variable, CapturedOutput output) {
            variable(variable);

            assertPasses();
            assertThat(output).doesNotContain("No property");
        }
    }

    @Test
    void areIgnoredOnRequest() {
        file("postgres.xa.nodes.east.pasword");
        environment
                .getPropertySources()
                .addLast(new MapPropertySource("request", Map.of("postgres.xa.ignore-unknown-keys", "true")));

        assertPasses();
    }

    @Test
    void areNamedBeforeWhatFollowsFromThem() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(PostgresXaAutoConfiguration.class))
                .withPropertyValues("postgres.xa.node.east.url=jdbc:postgresql://localhost:1/east")
                .run(context -> assertThat(
                                FailureReport.of(context.getStartupFailure()).getDescription())
                        .contains("postgres.xa.node.east.url", "postgres.xa.nodes.east.url"));
    }

    private void file(String... keys) {
        Map<String, Object> values = new LinkedHashMap<>();
        List.of(keys).forEach(key -> values.put(key, "x"));
        environment.getPropertySources().addLast(new MapPropertySource("file", values));
    }

    private void variable(String name) {
        environment
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment", Map.of(name, "x")));
    }

    private void assertPasses() {
        assertThatCode(this::check).doesNotThrowAnyException();
    }

    private String refusal() {
        InvalidConfigurationException[] refusal = new InvalidConfigurationException[1];
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(this::check)
                .satisfies(thrown -> refusal[0] = thrown);
        assertThat(refusal[0].action()).contains("postgres.xa.ignore-unknown-keys=true");
        return Objects.requireNonNull(refusal[0].problem());
    }

    private void check() {
        UnknownKeys.check(environment);
    }
}
