package io.github.postgresxa.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.spring.application.Bank;
import io.github.postgresxa.spring.application.BankApplication;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
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

/** What an operator sees over HTTP. */
@PostgresNodes({"east", "west"})
@TestInstance(Lifecycle.PER_CLASS)
class ActuatorIT {

    private PostgresNode east;
    private PostgresNode west;
    private ConfigurableApplicationContext application;
    private final HttpClient http = HttpClient.newHttpClient();

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
        HttpResponse<String> response = send(recover(application));

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
            assertThat(send(HttpRequest.newBuilder(uri(locked, "/actuator/postgresxa")))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(send(recover(locked)).statusCode()).isEqualTo(405);
        }
    }

    @Test
    void theEndpointAnswersForOneTransaction() throws Exception {
        assertThat(json("/actuator/postgresxa/" + UUID.randomUUID())
                        .path("outcome")
                        .asString())
                .isIn("ROLLED_BACK", "UNKNOWN");
        assertThat(get("/actuator/postgresxa/nonsense").statusCode()).isEqualTo(400);
    }

    @Test
    void metersCountTransactionsAndShowNodes() throws Exception {
        double before = value("/actuator/metrics/postgres.xa.transactions?tag=outcome:committed");
        application.getBean(Bank.class).transfer(1);

        assertThat(value("/actuator/metrics/postgres.xa.transactions?tag=outcome:committed"))
                .isEqualTo(before + 1);
        assertThat(value("/actuator/metrics/postgres.xa.commit?tag=outcome:committed"))
                .isPositive();
        assertThat(value("/actuator/metrics/postgres.xa.active")).isZero();
        assertThat(value("/actuator/metrics/postgres.xa.recovered?tag=node:east"))
                .isZero();
        assertThat(value("/actuator/metrics/postgres.xa.prepared?tag=node:west&tag=owner:ours"))
                .isZero();
        assertThat(value("/actuator/metrics/postgres.xa.in.doubt?tag=node:west"))
                .isZero();
        assertThat(value("/actuator/metrics/postgres.xa.reachable?tag=node:west"))
                .isEqualTo(1);
        assertThat(value("/actuator/metrics/jdbc.connections.max?tag=name:east"))
                .isEqualTo(10);
    }

    @Test
    void noOtherEndpointShowsACredential() throws Exception {
        for (String path :
                new String[] {"/actuator/configprops", "/actuator/env", "/actuator/postgresxa", "/actuator/health"}) {
            HttpResponse<String> response = get(path);

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

    private double value(String path) throws Exception {
        return json(path).path("measurements").path(0).path("value").asDouble(Double.NaN);
    }

    private JsonNode json(String path) throws Exception {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(response.body());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(application, path)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder recover(ConfigurableApplicationContext application) {
        return HttpRequest.newBuilder(uri(application, "/actuator/postgresxa"))
                .POST(BodyPublishers.noBody())
                .header("content-type", "application/json");
    }

    private static URI uri(ConfigurableApplicationContext application, String path) {
        String port = application.getEnvironment().getRequiredProperty("local.server.port");
        return URI.create("http://localhost:" + port + path);
    }
}
