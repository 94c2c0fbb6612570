package io.github.postgresxa.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.postgresxa.spring.application.BankApplication;
import io.github.postgresxa.spring.application.Eventually;
import io.github.postgresxa.spring.application.Web;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A coordinator died between PREPARE and its decision, and recovery is switched off: all displays show the branch, and
 * an operator settles it.
 */
@PostgresNodes({"east", "west"})
class InDoubtIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final List<AuditEvent> audited = new CopyOnWriteArrayList<>();
    private PostgresNode east;
    private PostgresNode west;
    private ConfigurableApplicationContext application;
    private Web web;
    private UUID id;

    @BeforeEach
    void leaveOneInDoubt(PostgresNode east, PostgresNode west) throws Exception {
        this.east = east;
        this.west = west;
        application = BankApplication.on(east, west)
                .serving()
                .with(
                        "postgres.xa.recovery.enabled=false",
                        "postgres.xa.recovery.interval=100ms",
                        "postgres.xa.recovery.grace=100ms",
                        "management.endpoints.web.exposure.include=*",
                        "management.endpoint.health.show-details=always",
                        "management.endpoint.postgresxa.access=unrestricted")
                .start();
        web = new Web(application);
        application.addApplicationListener(event -> {
            if (event instanceof AuditApplicationEvent audit) {
                audited.add(audit.getAuditEvent());
            }
        });
        BankApplication.prepare(east, west);
        id = UUID.randomUUID();
        try (Connection c = west.connect();
                Statement s = c.createStatement()) {
            c.setAutoCommit(false);
            s.execute("update account set balance = balance + 10 where id = 1");
            s.execute("prepare transaction 'pgxa/1/%s/%s/%s'".formatted(id, identity(east), identity(west)));
        }
        eventually(
                "it is in doubt",
                () -> web.json("/actuator/postgresxa").path("inDoubt").size() == 1);
    }

    @AfterEach
    void stop() {
        application.close();
        west.preparedTransactions().forEach(p -> west.execute("rollback prepared '%s'".formatted(p.gid())));
    }

    private static String identity(PostgresNode node) {
        return node.queryForString("select identity from pgxa.node");
    }

    @Test
    void healthEndpointAndMetricShowItWithTheSameIdAndAge() throws Exception {
        JsonNode branch = web.json("/actuator/postgresxa").path("inDoubt").get(0);
        assertThat(branch.path("transaction").asString()).isEqualTo(id.toString());
        assertThat(branch.path("node").asString()).isEqualTo("west");
        assertThat(branch.path("home").asString()).isEqualTo("east");
        double age = Duration.parse(branch.path("age").asString()).toMillis() / 1000.0;

        JsonNode health = web.json("/actuator/health/postgresXa/west");
        assertThat(health.path("status").asString()).isEqualTo("IN_DOUBT");
        assertThat(health.path("details").path("inDoubt").asInt()).isEqualTo(1);
        assertThat(Duration.parse(health.path("details")
                                        .path("oldestPreparedAge")
                                        .asString())
                                .toMillis()
                        / 1000.0)
                .isCloseTo(age, within(2.0));

        assertThat(web.meter("postgres.xa.in.doubt?tag=node:west")).isEqualTo(1);
        assertThat(web.meter("postgres.xa.prepared.oldest?tag=node:west")).isCloseTo(age, within(2.0));
        assertThat(web.json("/actuator/postgresxa/prepared")
                        .path("entries")
                        .get(0)
                        .path("transaction")
                        .asString())
                .isEqualTo(id.toString());
        assertThat(web.json("/actuator/postgresxa/doctor").path("worst").asString())
                .isIn("OK", "NOTICE");
    }

    @Test
    void explainNamesTheWaitingSessionAndTheHeldBackXminAndRecoverNowEndsIt() throws Exception {
        try (Connection waiting = west.connect();
                Statement s = waiting.createStatement()) {
            s.execute("set application_name = 'waits for money'");
            CompletableFuture<Void> update = CompletableFuture.runAsync(() -> {
                try {
                    s.executeUpdate("update account set balance = 0 where id = 1");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            eventually(
                    "the update waits",
                    () -> west.queryForLong("select count(*) from pg_locks where not granted") == 1);

            JsonNode branch =
                    web.json("/actuator/postgresxa/" + id).path("branches").get(0);
            assertThat(branch.path("waiting").get(0).path("application").asString())
                    .isEqualTo("waits for money");
            assertThat(branch.path("waiting").get(0).path("waitsFor").asString())
                    .isEqualTo("row");
            assertThat(branch.path("holdsBackVacuum").asBoolean()).isTrue();
            assertThat(branch.path("locks").toString()).contains("public.account");

            assertThat(web.post("/actuator/postgresxa", "").statusCode()).isEqualTo(200);
            eventually("it is settled", () -> {
                web.post("/actuator/postgresxa", "");
                return west.preparedTransactions().isEmpty();
            });
            update.join();
        }
        assertThat(audited).extracting(AuditEvent::getType).contains("POSTGRES_XA_RECOVER");
        eventually(
                "nothing is in doubt",
                () -> web.json("/actuator/postgresxa").path("inDoubt").isEmpty());
        assertThat(web.json("/actuator/postgresxa").path("recoveries").toString())
                .contains(id.toString(), "rolled back", "fenced");
        assertThat(web.json("/actuator/postgresxa/" + id).path("outcome").asString())
                .isEqualTo("ROLLED_BACK");
    }

    @Test
    void anOperatorSettlesItWithTheExpectedStateAndAReason() throws Exception {
        HttpResponse<String> refused = order("{\"action\":\"commit\",\"expected\":\"none\",\"reason\":\"ticket 7\"}");
        assertThat(error(refused)).contains("so its home has not committed");
        assertThat(west.preparedTransactions()).hasSize(1);

        assertThat(order("{\"action\":\"rollback\",\"expected\":\"none\"}").statusCode())
                .as("without a reason")
                .isEqualTo(400);

        HttpResponse<String> done = order("{\"action\":\"rollback\",\"expected\":\"none\",\"reason\":\"ticket 7\"}");
        assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
        assertThat(JsonMapper.shared().readTree(done.body()).path("complete").asBoolean())
                .isTrue();
        assertThat(west.preparedTransactions()).isEmpty();
        assertThat(east.queryForString("select outcome from pgxa.decision where gtrid = '%s'".formatted(id)))
                .isEqualTo("A");
        assertThat(audited)
                .extracting(AuditEvent::getType)
                .containsExactly("POSTGRES_XA_RESOLVE_REFUSED", "POSTGRES_XA_RESOLVE");
        assertThat(audited.get(1).getData())
                .containsEntry("transaction", id.toString())
                .containsEntry("reason", "ticket 7");
    }

    /** As the console does it, with the same fields. Many begin with a look. */
    @Test
    void manyAreSettledAfterADryRun() throws Exception {
        String all = "{\"action\":\"rollback\",\"all\":true,\"reason\":\"ticket 8\"%s}";
        JsonNode dry = settled(many(all.formatted("")));
        assertThat(dry.path("dryRun").asBoolean()).isTrue();
        assertThat(dry.path("summary").asString()).contains("1 would be rolled back");
        assertThat(dry.path("transactions").get(0).path("why").asString()).contains("no decision stands at 'east'");
        assertThat(west.preparedTransactions()).hasSize(1);

        JsonNode done = settled(many(all.formatted(",\"dryRun\":false")));
        assertThat(done.propertyNames())
                .containsExactly(
                        "action",
                        "dryRun",
                        "complete",
                        "summary",
                        "transactions",
                        "unreached",
                        "more",
                        "next",
                        "requestedBy",
                        "reason");
        assertThat(done.path("complete").asBoolean()).isTrue();
        assertThat(done.path("requestedBy").asString()).isEqualTo("anonymous");
        JsonNode item = done.path("transactions").get(0);
        assertThat(item.propertyNames())
                .containsExactly("transaction", "before", "home", "result", "forced", "why", "branches");
        assertThat(item.path("transaction").asString()).isEqualTo(id.toString());
        assertThat(item.path("result").asString()).isEqualTo("SETTLED");
        assertThat(west.preparedTransactions()).isEmpty();
        assertThat(audited)
                .extracting(AuditEvent::getType)
                .containsExactly("POSTGRES_XA_RESOLVE_DRY_RUN", "POSTGRES_XA_RESOLVE");
        assertThat(audited.get(1).getData()).containsEntry("all", true).containsEntry("reason", "ticket 8");
    }

    @Test
    void conditionsSelectAndADryRunOfOneDoesNothing() throws Exception {
        String order = "{\"action\":\"rollback\",\"reason\":\"ticket 8\",\"dryRun\":false,%s}";
        for (String none : List.of(
                "\"olderThan\":\"1d\"", "\"preparedOn\":\"east\"", "\"role\":\"somebody\"", "\"manager\":\"node-A\"")) {
            assertThat(settled(many(order.formatted(none))).path("transactions"))
                    .isEmpty();
        }
        assertThat(settled(order("{\"action\":\"rollback\",\"expected\":\"none\",\"reason\":\"x\",\"dryRun\":true}"))
                        .path("dryRun")
                        .asBoolean())
                .isTrue();
        assertThat(west.preparedTransactions()).hasSize(1);
        JsonNode two = settled(many(order.formatted("\"transactions\":\"%s,%s\"".formatted(UUID.randomUUID(), id))));
        assertThat(two.path("summary").asString()).contains("1 rolled back, 0 open, 1 refused");
        assertThat(west.preparedTransactions()).isEmpty();
    }

    @Test
    void manyAreRefusedAsByTheConsole() throws Exception {
        String reason = "\"reason\":\"ticket 8\",\"dryRun\":false";
        for (String refused : List.of(
                "{\"action\":\"rollback\",%s}".formatted(reason),
                "{\"action\":\"rollback\",\"all\":true,\"force\":true,%s}".formatted(reason),
                "{\"action\":\"rollback\",\"all\":true,\"reason\":\" \",\"dryRun\":false}",
                "{\"action\":\"rollback\",\"olderThan\":\"10\",%s}".formatted(reason),
                "{\"action\":\"rollback\",\"transactions\":\"nonsense\",%s}".formatted(reason))) {
            assertThat(many(refused).statusCode()).as(refused).isEqualTo(400);
        }
        assertThat(order("{\"action\":\"rollback\",\"expected\":\"none\",\"all\":true,%s}".formatted(reason))
                        .statusCode())
                .as("conditions with one id")
                .isEqualTo(400);
        JsonNode other = settled(many("{\"action\":\"commit\",\"all\":true,%s}".formatted(reason)));
        assertThat(other.path("transactions").get(0).path("result").asString()).isEqualTo("REFUSED");
        assertThat(west.preparedTransactions()).hasSize(1);
        assertThat(audited)
                .extracting(AuditEvent::getType)
                .filteredOn("POSTGRES_XA_RESOLVE_REFUSED"::equals)
                .hasSize(6);
    }

    private HttpResponse<String> many(String json) throws Exception {
        return web.post("/actuator/postgresxa/resolve", json);
    }

    private static JsonNode settled(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(response.body());
    }

    /** Spring Boot passes over what it does not know. A condition with a mistake would select more. */
    @Test
    void whatIsMisspelledIsRefusedWithWhatWasMeant() throws Exception {
        String order = "{\"action\":\"rollback\",\"all\":true,\"reason\":\"x\",\"dryRun\":false,%s}";
        for (List<String> wrong : List.of(
                List.of("\"olderThn\":\"1d\"", "no field or parameter 'olderThn' here", "mean 'olderThan'"),
                List.of("\"transaction\":\"%s\"".formatted(id), "mean 'transactions'"),
                List.of("\"olderThan\":null", "'olderThan' has no value"),
                List.of("\"olderThan\":\"\"", "'olderThan' has no value"),
                List.of("\"olderThan\":\"10\"", "'10' is no time: write 90s"),
                List.of("\"olderThan\":\"-10m\"", "an age cannot be negative"),
                List.of("\"transactions\":\"\"", "'transactions' has no value"),
                List.of("\"transactions\":\"nonsense\"", "'nonsense' is not a transaction id"),
                List.of("\"preparedOn\":\"wst\"", "There is no node 'wst'; these are known: east, west"),
                List.of("\"role\":\" \"", "'role' has no value"),
                List.of("\"expected\":\"non\"", "'non' is not possible for 'expected'", "mean 'none'"),
                List.of("\"force\":\"ture\"", "'ture' is not possible for 'force'", "mean 'true'"))) {
            assertThat(error(many(order.formatted(wrong.get(0))))).contains(wrong.subList(1, wrong.size()));
        }
        assertThat(error(web.post("/actuator/postgresxa/resolve?olderThn=1d", order.formatted("\"force\":false"))))
                .contains("'olderThn'");
        assertThat(error(many("{\"action\":\"rollback\",\"all\":true}"))).contains("missing: reason");
        assertThat(error(web.post("/actuator/postgresxa/resolv", "{\"action\":\"rollback\",\"reason\":\"x\"}")))
                .contains("'resolv' is not a transaction id", "'resolve'");
        assertThat(error(web.post("/actuator/postgresxa", "{\"olderThan\":\"1d\"}")))
                .contains("no field or parameter 'olderThan' here");
        assertThat(error(web.get("/actuator/postgresxa/prepared?pge=1"))).contains("mean 'page'");
        assertThat(error(web.get("/actuator/postgresxa/prepared?page=one"))).contains("Give a whole number");
        assertThat(error(web.get("/actuator/postgresxa/prepared?size=0"))).contains("1 to 1000");
        assertThat(error(web.get("/actuator/postgresxa/doctor?page=1"))).contains("Only 'prepared' has pages");
        assertThat(error(web.get("/actuator/postgresxa?node=east"))).contains("'node'");
        assertThat(west.preparedTransactions()).hasSize(1);
    }

    private static String error(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        return JsonMapper.shared().readTree(response.body()).path("error").asString();
    }

    @Test
    void anInvalidRequestIsRefused() throws Exception {
        assertThat(web.get("/actuator/postgresxa/prepared?size=100000").statusCode())
                .isEqualTo(400);
        assertThat(web.get("/actuator/postgresxa/nonsense").statusCode()).isEqualTo(400);
        assertThat(order("{\"action\":\"explode\",\"expected\":\"none\",\"reason\":\"x\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(west.preparedTransactions()).hasSize(1);
    }

    private HttpResponse<String> order(String json) throws Exception {
        return web.post("/actuator/postgresxa/" + id, json);
    }

    private static void eventually(String what, Callable<Boolean> condition) throws Exception {
        Eventually.eventually(LIMIT, what, condition);
    }
}
