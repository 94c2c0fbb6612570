package io.github.postgresxa.spring;

import static io.github.postgresxa.spring.application.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.atomikos.jdbc.AtomikosDataSourceBean;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.spring.application.BankApplication;
import io.github.postgresxa.spring.application.OwnManagerApplication;
import io.github.postgresxa.spring.application.OwnManagerApplication.Transfers;
import io.github.postgresxa.spring.application.Web;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.TransactionManager;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.PlatformTransactionManager;
import tools.jackson.databind.JsonNode;

/** An application with its own Atomikos over the driver's XADataSource, which only observes its nodes. */
@PostgresNodes({"east", "west"})
@TestInstance(Lifecycle.PER_CLASS)
@Tag("own-manager")
class ObserveModeIT {

    private static final String MANAGER = "own-manager";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private PostgresNode east;
    private PostgresNode west;
    private ConfigurableApplicationContext application;
    private Web web;
    private String gid;

    @BeforeAll
    void start(PostgresNode east, PostgresNode west, @TempDir Path logs) throws Exception {
        this.east = east;
        this.west = west;
        OwnManagerApplication.configureAtomikos(logs);
        for (PostgresNode node : List.of(east, west)) {
            node.execute("drop schema if exists pgxa cascade", "alter system set autovacuum = off");
            node.execute("select pg_reload_conf()");
        }
        BankApplication.prepare(east, west);
        application = new SpringApplicationBuilder(OwnManagerApplication.class)
                .web(WebApplicationType.SERVLET)
                .run(
                        "--server.port=0",
                        "--spring.main.banner-mode=off",
                        "--logging.level.root=warn",
                        "--postgres.xa.mode=observe",
                        "--postgres.xa.recovery.interval=100ms",
                        "--postgres.xa.recovery.grace=300ms",
                        "--postgres.xa.health.in-doubt-threshold=1s",
                        "--management.endpoint.health.show-details=always",
                        "--management.endpoint.postgresxa.access=unrestricted",
                        "--management.endpoints.web.exposure.include=health,metrics,postgresxa",
                        property(east, "url", east.jdbcUrl()),
                        property(east, "username", east.username()),
                        property(east, "password", east.password()),
                        property(west, "url", west.jdbcUrl()),
                        property(west, "username", west.username()),
                        property(west, "password", west.password()));
        web = new Web(application);
        Transfers transfers = application.getBean(Transfers.class);
        transfers.transfer(10);
        transfers.writeInTheEastAndReadInTheWest();
        gid = west.preparedTransactions().get(0).gid();
    }

    private static String property(PostgresNode node, String name, String value) {
        return "--postgres.xa.nodes.%s.%s=%s".formatted(node.name(), name, value);
    }

    @AfterAll
    void stop() {
        application.close();
        west.preparedTransactions().forEach(left -> west.execute("rollback prepared '" + left.gid() + "'"));
        for (PostgresNode node : List.of(east, west)) {
            node.execute("alter system reset autovacuum", "select pg_reload_conf()");
        }
        for (String name : List.of("registered", "log_base_dir", "tm_unique_name")) {
            System.clearProperty("com.atomikos.icatch." + name);
        }
    }

    @Test
    void theApplicationKeepsItsManagerAndItsDataSources() {
        assertThat(BankApplication.balance(east)).isEqualTo(91);
        assertThat(BankApplication.balance(west)).isEqualTo(110);
        assertThat(application.getBeansOfType(PostgresXa.class)).isEmpty();
        assertThat(application.getBeansOfType(DataSource.class).values())
                .hasSize(3)
                .allMatch(AtomikosDataSourceBean.class::isInstance);
        assertThat(application.getBeansOfType(TransactionManager.class)).containsOnlyKeys("ownManager");
        assertThat(application.getBeansOfType(PlatformTransactionManager.class)).containsOnlyKeys("transactionManager");
        assertThat(application.getEnvironment().getProperty("logging.level.com.atomikos"))
                .as("its log stays as it is")
                .isNull();
    }

    @Test
    void healthShowsTheNodeWithWhatIsInDoubt() throws Exception {
        eventually(
                LIMIT,
                "west is in doubt for too long",
                () -> health("west").path("status").asString().equals("IN_DOUBT_TOO_LONG"));
        assertThat(health("west").path("details").path("foreign").asInt()).isEqualTo(1);
        assertThat(health("west").path("details").path("inDoubt").asInt()).isEqualTo(1);
        assertThat(health("east").path("status").asString()).isEqualTo("UP");
        assertThat(web.meter("postgres.xa.in.doubt?tag=node:west")).isEqualTo(1);
        assertThat(web.meter("postgres.xa.prepared.foreign.oldest?tag=node:west"))
                .isPositive();
        assertThat(web.meter("postgres.xa.reachable?tag=node:east")).isEqualTo(1);
    }

    private JsonNode health(String node) throws Exception {
        return web.json("/actuator/health/postgresXa").path("components").path(node);
    }

    @Test
    void theEndpointShowsItWithItsManagerAndTheNodesWithoutABranch() throws Exception {
        eventually(
                LIMIT,
                "it is seen",
                () -> web.json("/actuator/postgresxa").path("transactions").size() == 1);
        JsonNode overview = web.json("/actuator/postgresxa");
        assertThat(overview.path("mode").asString()).isEqualTo("observe");
        assertThat(overview.path("nodes").path("west").path("inDoubt").asInt()).isEqualTo(1);
        JsonNode transaction = overview.path("transactions").path(0);
        assertThat(transaction.path("owner").asString()).isEqualTo("Atomikos");
        assertThat(transaction.path("instance").asString()).isEqualTo(MANAGER);
        assertThat(transaction.path("formatId").asLong()).isEqualTo(1_096_044_365L);
        assertThat(transaction.path("globalId").asString()).startsWith(MANAGER);
        assertThat(transaction.path("branches").path(0).path("gid").asString()).isEqualTo(gid);
        assertThat(transaction.path("notPreparedOn").path(0).asString()).isEqualTo("east");

        JsonNode explained =
                web.json("/actuator/postgresxa/" + transaction.path("id").asString());
        assertThat(explained.path("summary").asString())
                .contains("Atomikos (" + MANAGER + ") decides", "prepared on east");
        assertThat(explained.path("branches").path(0).path("locks").size()).isPositive();
        JsonNode prepared =
                web.json("/actuator/postgresxa/prepared").path("entries").path(0);
        assertThat(prepared.path("xid").path("branchQualifier").asString()).startsWith(MANAGER);
        JsonNode doctor = web.json("/actuator/postgresxa/doctor");
        assertThat(doctor.path("worst").asString()).isIn("OK", "NOTICE");
        assertThat(web.get("/actuator/postgresxa/nonsense").statusCode()).isEqualTo(400);
    }

    @Test
    void everyOrderIsRefusedWithWhatToDoInstead() throws Exception {
        String order = "{\"action\": \"rollback\", \"expected\": \"none\", \"reason\": \"a test\", \"force\": true}";
        for (HttpResponse<String> refused : List.of(
                web.post("/actuator/postgresxa", "{}"),
                web.post("/actuator/postgresxa/d1659c29-8940-bce9-4658-16692ff9b3bb", order),
                web.post("/actuator/postgresxa/1096044365-00", order),
                web.post("/actuator/postgresxa/resolve", "{\"action\": \"commit\", \"reason\": \"a test\"}"))) {
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("postgres.xa.mode=observe", "nothing was done", "with its log");
        }
        assertThat(west.preparedTransactions()).hasSize(1);
    }

    @Test
    void nothingIsWritten() throws Exception {
        for (PostgresNode node : List.of(east, west)) {
            long xid = nextXid(node);
            int looks = 20;
            for (int i = 0; i < looks; i++) {
                web.get("/actuator/postgresxa/prepared");
                web.get("/actuator/postgresxa/" + gid.replace("/", "%2F"));
            }
            web.get("/actuator/postgresxa/doctor");
            assertThat(nextXid(node)).isEqualTo(xid);
            assertThat(node.queryForLong("select count(*) from pg_namespace where nspname = 'pgxa'"))
                    .isZero();
        }
    }

    private static long nextXid(PostgresNode node) {
        return Long.parseLong(node.queryForString("select pg_snapshot_xmax(pg_current_snapshot())::text"));
    }
}
