package io.github.postgresxa.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.spring.application.Bank;
import io.github.postgresxa.spring.application.BankApplication;
import io.github.postgresxa.spring.application.Web;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The endpoints that an operator uses over HTTP. */
@PostgresNodes({"east", "west"})
@TestInstance(Lifecycle.PER_CLASS)
class ActuatorIT {

    private PostgresNode east;
    private PostgresNode west;
    private ConfigurableApplicationContext application;
    private Web web;

    @BeforeAll
    void start(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        this.application = BankApplication.on(east, west)
                .serving()
                .with(
                        "spring.application.name=bank",
                        "postgres.xa.nodes.north.url=jdbc:postgresql://localhost:1/north?password=in-the-url",
                        "postgres.xa.nodes.north.password=in-the-property",
                        "management.endpoints.web.exposure.include=*",
                        "management.endpoint.health.show-details=always",
                        "management.endpoint.env.show-values=always",
                        "management.endpoint.configprops.show-values=always",
                        "management.endpoint.postgresxa.access=unrestricted")
                .start();
        this.web = new Web(application);
    }

    @BeforeEach
    void accounts() {
        BankApplication.prepare(east, west);
    }

    @AfterAll
    void stop() {
        application.close();
    }

    @Test
    void healthHasAComponentForEachNode() throws Exception {
        JsonNode west = json("/actuator/health/postgresXa/west");

        assertThat(west.path("status").asString()).isEqualTo("UP");
        JsonNode details = west.path("details");
        assertThat(details.path("serverVersion").asString()).isNotBlank();
        assertThat(details.path("identity").asString()).isNotBlank();
        assertThat(details.path("inDoubt").asInt(-1)).isZero();
        assertThat(details.path("observedAt").asString()).isNotBlank();
    }

    @Test
    void theEndpointShowsTheNodes() throws Exception {
        JsonNode overview = json("/actuator/postgresxa");

        assertThat(overview.path("name").asString()).isEqualTo("bank");
        assertThat(overview.path("active").asInt(-1)).isZero();
        assertThat(overview.path("inDoubt").isArray()).isTrue();
        assertThat(overview.path("nodes").propertyNames()).containsExactly("east", "north", "west");
        assertThat(overview.path("nodes").path("east").path("reachable").asBoolean())
                .isTrue();
        assertThat(overview.path("nodes").path("east").path("maxPrepared").asInt())
                .isPositive();
    }

    @Test
    void theEndpointRecoversOnRequest() throws Exception {
        HttpResponse<String> response = web.post("/actuator/postgresxa", "");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(JsonMapper.shared()
                        .readTree(response.body())
                        .path("committed")
                        .asInt(-1))
                .isZero();
    }

    @Test
    void theEndpointIsReadOnlyUnlessItIsUnlocked() throws Exception {
        try (ConfigurableApplicationContext locked = BankApplication.on(east, west)
                .serving()
                .with("management.endpoints.web.exposure.include=postgresxa")
                .start()) {
            Web operator = new Web(locked);
            assertThat(operator.get("/actuator/postgresxa").statusCode()).isEqualTo(200);
            assertThat(operator.post("/actuator/postgresxa", "").statusCode()).isEqualTo(405);
        }
    }

    @Test
    void theEndpointAnswersForOneTransaction() throws Exception {
        assertThat(json("/actuator/postgresxa/" + UUID.randomUUID())
                        .path("outcome")
                        .asString())
                .isIn("ROLLED_BACK", "UNKNOWN");
        assertThat(web.get("/actuator/postgresxa/nonsense").statusCode()).isEqualTo(400);
    }

    @Test
    void metersCountTransactionsAndShowNodes() throws Exception {
        double before = web.meter("postgres.xa.transactions?tag=outcome:committed");
        application.getBean(Bank.class).transfer(1);

        assertThat(web.meter("postgres.xa.transactions?tag=outcome:committed")).isEqualTo(before + 1);
        assertThat(web.meter("postgres.xa.commit?tag=outcome:committed")).isPositive();
        assertThat(web.meter("postgres.xa.active")).isZero();
        assertThat(web.meter("postgres.xa.recovered?tag=node:east")).isZero();
        assertThat(web.meter("postgres.xa.prepared?tag=node:west&tag=owner:ours"))
                .isZero();
        assertThat(web.meter("postgres.xa.in.doubt?tag=node:west")).isZero();
        assertThat(web.meter("postgres.xa.reachable?tag=node:west")).isEqualTo(1);
        assertThat(web.meter("jdbc.connections.max?tag=name:east")).isEqualTo(10);
    }

    @Test
    void noOtherEndpointShowsACredential() throws Exception {
        for (String path :
                new String[] {"/actuator/configprops", "/actuator/env", "/actuator/postgresxa", "/actuator/health"}) {
            HttpResponse<String> response = web.get(path);

            assertThat(response.statusCode()).as(path).isIn(200, 503);
            assertThat(withoutCommandLine(response.body()))
                    .as(path)
                    .doesNotContain("in-the-url")
                    .doesNotContain("in-the-property");
        }
    }

    private static String withoutCommandLine(String body) {
        return body.replaceAll("\"sun.java.command\":\\{[^}]*}", "");
    }

    private JsonNode json(String path) throws Exception {
        HttpResponse<String> response = web.get(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(response.body());
    }
}
