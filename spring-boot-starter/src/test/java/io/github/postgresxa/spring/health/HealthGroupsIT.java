package io.github.postgresxa.spring.health;

import static io.github.postgresxa.spring.application.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.spring.application.BankApplication;
import io.github.postgresxa.spring.application.Web;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/**
 * The examples of {@code docs/operations/observability.md}: which status takes an instance out of traffic, and which
 * alarms.
 */
@PostgresNodes({"east", "west"})
class HealthGroupsIT {

    private static final String READINESS = "/actuator/health/readiness";

    private static final String[] ATTENTION = {
        "management.endpoint.health.group.attention.include=postgresXa",
        "management.endpoint.health.group.attention.show-details=always",
        "management.endpoint.health.group.attention.status.order="
                + "down,out-of-service,in-doubt-too-long,in-doubt,up,unknown",
        "management.endpoint.health.group.attention.status.http-mapping.down=503",
        "management.endpoint.health.group.attention.status.http-mapping.out-of-service=503",
        "management.endpoint.health.group.attention.status.http-mapping.in-doubt-too-long=503"
    };

    private final PostgresNode east;
    private final PostgresNode west;

    HealthGroupsIT(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
    }

    @BeforeEach
    void bothRun() {
        east.start();
        west.start();
    }

    @Test
    void aNodeThatIsDownTakesNoInstanceOutOfTraffic() throws Exception {
        try (ConfigurableApplicationContext application = start()) {
            eventuallyIs(application, "/actuator/health/attention", "UP", 200);
            west.stop();
            eventuallyIs(application, "/actuator/health/attention", "DOWN", 503);

            assertIs(application, READINESS, "UP", 200);
            assertIs(application, "/actuator/health/liveness", "UP", 200);
            assertIs(application, "/actuator/health", "DOWN", 503);
        }
    }

    @Test
    void withAllNodesInReadinessOneThatIsDownTakesEveryInstanceOutOfTraffic() throws Exception {
        try (ConfigurableApplicationContext application =
                start("management.endpoint.health.group.readiness.include=readinessState,postgresXa")) {
            eventuallyIs(application, READINESS, "UP", 200);
            west.stop();
            eventuallyIs(application, READINESS, "DOWN", 503);
        }
    }

    @Test
    void withOneNodeInReadinessOnlyThatOneCounts() throws Exception {
        try (ConfigurableApplicationContext application =
                start("management.endpoint.health.group.readiness.include=readinessState,postgresXa/east")) {
            west.stop();
            eventuallyIs(application, "/actuator/health/postgresXa/west", "DOWN", 503);
            assertIs(application, READINESS, "UP", 200);
            east.stop();
            eventuallyIs(application, READINESS, "DOWN", 503);
        }
    }

    @Test
    void doubtThatLastsTooLongAlarmsAndTakesNoInstanceOutOfTraffic() throws Exception {
        try (ConfigurableApplicationContext application = start("postgres.xa.health.in-doubt-threshold=2s")) {
            String unknownHome = "0123456789abcdef";
            String gid = "pgxa/1/%s/%s/%s"
                    .formatted(
                            TransactionId.random(), unknownHome, east.queryForString("select identity from pgxa.node"));
            try (Connection connection = east.connect();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("create table of_no_coordinator (id int)");
                statement.execute("prepare transaction '" + gid + "'");
            }
            try {
                eventuallyIs(application, "/actuator/health/attention", "IN_DOUBT_TOO_LONG", 503);
                JsonNode details = new Web(application)
                        .json("/actuator/health/attention")
                        .path("components")
                        .path("postgresXa")
                        .path("components")
                        .path("east")
                        .path("details");

                assertThat(details.path("inDoubt").asInt()).isEqualTo(1);
                assertThat(details.path("inDoubtAtHome").path(unknownHome).asInt())
                        .isEqualTo(1);
                assertThat(Duration.parse(details.path("oldestInDoubtAge").asString()))
                        .isGreaterThan(Duration.ofSeconds(2));
                assertIs(application, "/actuator/health/postgresXa/east", "IN_DOUBT_TOO_LONG", 200);
                assertIs(application, "/actuator/health", "UP", 200);
                assertIs(application, READINESS, "UP", 200);
            } finally {
                east.execute("rollback prepared '" + gid + "'");
            }
            eventuallyIs(application, "/actuator/health/attention", "UP", 200);
        }
    }

    private ConfigurableApplicationContext start(String... more) {
        return BankApplication.on(east, west)
                .serving()
                .with(
                        "management.endpoint.health.probes.enabled=true",
                        "management.endpoint.health.show-details=always",
                        "postgres.xa.recovery.interval=200ms",
                        "postgres.xa.recovery.grace=500ms")
                .with(ATTENTION)
                .with(more)
                .start();
    }

    private static void eventuallyIs(ConfigurableApplicationContext application, String path, String status, int code)
            throws Exception {
        eventually(
                Duration.ofSeconds(30),
                path + " is " + status,
                () -> new Web(application).json(path).path("status").asString().equals(status));
        assertIs(application, path, status, code);
    }

    private static void assertIs(ConfigurableApplicationContext application, String path, String status, int code)
            throws Exception {
        Web web = new Web(application);
        assertThat(web.json(path).path("status").asString()).as(path).isEqualTo(status);
        assertThat(web.get(path).statusCode()).as(path).isEqualTo(code);
    }
}
