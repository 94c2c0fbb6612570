package io.github.postgresxa.spring.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.PoolSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoveryRole;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.spring.application.Bank;
import io.github.postgresxa.spring.application.BankApplication;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A password that is easy to find appears nowhere. It is in properties and in URLs, nodes refuse it, disappear and
 * fail, everything is logged, and every endpoint is queried with all details.
 */
@PostgresNodes({"east", "west"})
@TestInstance(Lifecycle.PER_CLASS)
class SecretsIT {

    private static final String CANARY = "S3cr3t-CANARY";
    private static final String RULE = "host all canary,keeper all scram-sha-256";

    private final Map<String, String> seen = new LinkedHashMap<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private PostgresNode east;
    private PostgresNode west;

    @BeforeAll
    void aRoleWithAPassword(PostgresNode east, PostgresNode west) throws Exception {
        this.east = east;
        this.west = west;
        BankApplication.prepare(east, west);
        for (PostgresNode node : List.of(east, west)) {
            Path rules = rules(node);
            Files.writeString(rules, RULE + "\n" + Files.readString(rules));
            node.execute(
                    "create role canary login superuser password '" + CANARY + "'",
                    "create role keeper login superuser password '" + CANARY + "'",
                    "select pg_reload_conf()");
        }
        assertThat(catchThrowable(() -> DriverManager.getConnection(east.jdbcUrl(), "canary", "wrong")))
                .as("the server requires the password")
                .isNotNull();
    }

    @AfterAll
    void thePasswordIsNotRequiredAnyMore() throws Exception {
        for (PostgresNode node : List.of(east, west)) {
            node.start();
            Path rules = rules(node);
            Files.writeString(rules, Files.readString(rules).replace(RULE + "\n", ""));
            node.execute("select pg_reload_conf()");
        }
    }

    private static Path rules(PostgresNode node) {
        assumeTrue(node.dataDirectory().isPresent(), "the authentication rules can be changed on embedded nodes only");
        return node.dataDirectory().orElseThrow().resolve("pg_hba.conf");
    }

    @Test
    void appearNowhere(@TempDir Path directory) throws Exception {
        Path log = directory.resolve("everything.log");
        StringWriter driverManager = new StringWriter();
        DriverManager.setLogWriter(new PrintWriter(driverManager));
        // What the test sends itself may be logged, too, so it sends the verifier instead of the password.
        String verifier = east.queryForString("select rolpassword from pg_authid where rolname = 'canary'");
        try (ConfigurableApplicationContext application = start(log)) {
            use(application);
            query(application, "all is well");
            print(application);
            west.stop();
            fail(application);
            query(application, "a node is down");
            west.start();
            east.execute("alter role canary password 'another'", "alter role keeper password 'another'");
            east.execute("select count(pg_terminate_backend(pid)) from pg_stat_activity"
                    + " where usename in ('canary', 'keeper')");
            fail(application);
            application.getBean(PostgresXa.class).recoverNow();
            query(application, "a node refuses the password");
            threads();
        } finally {
            DriverManager.setLogWriter(null);
            east.execute(
                    "alter role canary password '" + verifier + "'", "alter role keeper password '" + verifier + "'");
        }
        refusedStarts(log);
        settings();
        seen.put("DriverManager's log", driverManager.toString());
        String logged = Files.readString(log);
        seen.put("the log", logged);

        assertThat(logged)
                .as("the log has entries of the driver, the pool, the manager and the project")
                .contains(
                        "org.postgresql",
                        "TRACE",
                        "com.atomikos",
                        "io.github.postgresxa",
                        "password authentication failed");
        assertThat(leaks()).isEmpty();
        assertThat(seen).hasSizeGreaterThan(60);
    }

    /** {@return each place with its first lines that contain the password, cut to the text around it} */
    private Map<String, List<String>> leaks() {
        Map<String, List<String>> leaks = new LinkedHashMap<>();
        seen.forEach((where, what) -> {
            List<String> found = what.lines()
                    .filter(line -> line.contains(CANARY))
                    .map(line -> line.substring(
                            Math.max(0, line.indexOf(CANARY) - 200),
                            Math.min(line.length(), line.indexOf(CANARY) + 80)))
                    .limit(5)
                    .toList();
            if (!found.isEmpty()) {
                leaks.put(where, found);
            }
        });
        return leaks;
    }

    private ConfigurableApplicationContext start(Path log) {
        return launch(
                log,
                "server.port=0",
                "spring.application.name=bank",
                "postgres.xa.recovery.interval=200ms",
                "postgres.xa.nodes.east.url=" + east.jdbcUrl(),
                "postgres.xa.nodes.east.username=canary",
                "postgres.xa.nodes.east.password=" + CANARY,
                "postgres.xa.nodes.east.recovery-role.username=keeper",
                "postgres.xa.nodes.east.recovery-role.password=" + CANARY,
                "postgres.xa.nodes.west.url=" + west.jdbcUrl() + "?user=canary&password=" + CANARY,
                "postgres.xa.nodes.west.username=canary",
                "postgres.xa.nodes.west.password=" + CANARY,
                "postgres.xa.nodes.north.url=jdbc:postgresql://localhost:1/north?password=" + CANARY,
                "postgres.xa.nodes.south.url=" + east.jdbcUrl().replace(east.database(), "postgres")
                        + "?user=canary&password=" + CANARY + "-wrong",
                "management.endpoints.web.exposure.include=*",
                "management.endpoint.health.show-details=always",
                "management.endpoint.env.show-values=always",
                "management.endpoint.configprops.show-values=always",
                "management.endpoint.postgresxa.access=unrestricted");
    }

    private static ConfigurableApplicationContext launch(Path log, String... properties) {
        List<String> arguments = new ArrayList<>(List.of(
                "--spring.main.banner-mode=off",
                "--logging.config=classpath:everything-logback.xml",
                "--logging.file.name=" + log,
                "--logging.level.root=trace",
                "--logging.level.com.atomikos=trace"));
        Arrays.stream(properties).map(p -> "--" + p).forEach(arguments::add);
        return new SpringApplicationBuilder(BankApplication.class).run(arguments.toArray(String[]::new));
    }

    private void use(ConfigurableApplicationContext application) {
        Bank bank = application.getBean(Bank.class);
        bank.transfer(1);
        thrown("an application's error", () -> run(() -> bank.transferAndFail(1)));
        thrown("a swallowed error", () -> run(() -> bank.transferAndSwallowAnError(1)));
    }

    private void fail(ConfigurableApplicationContext application) {
        Bank bank = application.getBean(Bank.class);
        for (int i = 0; i < 3; i++) {
            thrown("a node that is down " + i, () -> run(() -> bank.transfer(1)));
        }
        for (String node : List.of("east", "west", "north", "south")) {
            thrown(
                    "a connection to " + node,
                    () -> application
                            .getBean(node + "DataSource", DataSource.class)
                            .getConnection()
                            .getMetaData()
                            .getURL());
        }
    }

    private static Object run(Runnable task) {
        task.run();
        return "done";
    }

    private void thrown(String where, Callable<Object> task) {
        StringWriter text = new StringWriter();
        try {
            text.append(String.valueOf(task.call()));
        } catch (Exception e) {
            e.printStackTrace(new PrintWriter(text));
        }
        seen.put(seen.size() + " " + where, text.toString());
    }

    /** Prints what an application can print. */
    private void print(ConfigurableApplicationContext application) throws Exception {
        for (String bean : application.getBeanDefinitionNames()) {
            seen.put("bean " + bean, String.valueOf(application.getBean(bean)));
        }
        PostgresXa xa = application.getBean(PostgresXa.class);
        seen.put("the observations of the nodes", xa + " " + xa.nodes() + xa.inDoubt() + xa.pool("east"));
        for (String node : List.of("east", "west")) {
            DataSource dataSource = application.getBean(node + "DataSource", DataSource.class);
            try (Connection connection = dataSource.getConnection()) {
                seen.put(
                        "connection to " + node,
                        connection + " " + connection.getMetaData() + " "
                                + connection.getMetaData().getURL() + " " + connection.getClientInfo() + " "
                                + connection.unwrap(org.postgresql.PGConnection.class));
            }
        }
    }

    private void query(ConfigurableApplicationContext application, String when) throws Exception {
        for (String path : List.of(
                "health",
                "health/postgresXa",
                "health/postgresXa/east",
                "health/postgresXa/west",
                "health/postgresXa/south",
                "postgresxa",
                "postgresxa/" + TransactionId.random(),
                "postgresxa/%0d%0anonsense",
                "env",
                "env/postgres.xa.nodes.east.password",
                "env/postgres.xa.nodes.west.url",
                "env/postgres.xa.nodes.east.recovery-role.password",
                "configprops",
                "configprops/postgres.xa",
                "beans",
                "conditions",
                "threaddump",
                "loggers",
                "mappings",
                "info",
                "metrics")) {
            seen.put(path + " when " + when, get(application, path));
        }
        for (JsonNode name :
                JsonMapper.shared().readTree(get(application, "metrics")).path("names")) {
            seen.put("metric " + name + " when " + when, get(application, "metrics/" + name.asString()));
        }
    }

    private String get(ConfigurableApplicationContext application, String path) throws Exception {
        String port = application.getEnvironment().getRequiredProperty("local.server.port");
        URI uri = URI.create("http://localhost:" + port + "/actuator/" + path);
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
    }

    private void threads() {
        seen.put("threads", Thread.getAllStackTraces().keySet().toString());
    }

    /** Collects what Spring Boot prints when it does not start, and what it throws. */
    private void refusedStarts(Path log) {
        for (String url : List.of(
                "jdbc:postgresql://host:port/bank?password=" + CANARY,
                "jdbc:postgresql://scott:" + CANARY + "@host/bank",
                "jdbc:mysql://host/bank?password=" + CANARY,
                west.jdbcUrl() + "?ssl=false&sslpassword=" + CANARY,
                "jdbc:postgresql://localhost/bank?loginTimeout=soon&password=" + CANARY,
                east.jdbcUrl() + "?ssl=maybe&password=" + CANARY,
                east.jdbcUrl() + "?user=canary&password=" + CANARY,
                "jdbc:postgresql://localhost/bank?\npassword=" + CANARY)) {
            Throwable failure = catchThrowable(() -> launch(
                            log.resolveSibling("refused.log"),
                            "server.port=0",
                            "postgres.xa.nodes.east.url=" + east.jdbcUrl(),
                            "postgres.xa.nodes.east.username=canary",
                            "postgres.xa.nodes.east.password=" + CANARY,
                            "postgres.xa.nodes.west.url=" + url,
                            "postgres.xa.nodes.west.password=" + CANARY)
                    .close());
            thrown("refused start", () -> {
                seen.put(seen.size() + " report", report(failure));
                seen.put(seen.size() + " log", Files.readString(log.resolveSibling("refused.log")));
                if (failure instanceof Exception e) {
                    throw e;
                }
                return "started";
            });
        }
    }

    private static String report(@Nullable Throwable failure) {
        if (failure == null) {
            return "";
        }
        return SpringFactoriesLoader.forDefaultResourceLocation()
                .load(FailureAnalyzer.class, FailureHandler.handleMessage((message, error) -> {}))
                .stream()
                .map(analyzer -> analyzer.analyze(failure))
                .map(a -> a == null ? "" : a.getDescription() + a.getAction())
                .reduce("", String::concat);
    }

    private void settings() {
        RecoveryRole role = new RecoveryRole("keeper", CANARY);
        for (String url : List.of(
                "jdbc:postgresql://h/db?password=" + CANARY,
                "jdbc:postgresql:db?password=" + CANARY,
                "jdbc:postgresql://h1:1,h2:2/db?targetServerType=primary&password=" + CANARY)) {
            NodeSettings node = new NodeSettings("east", url, "canary", CANARY, PoolSettings.DEFAULT, role);
            seen.put(seen.size() + " settings", node + " " + node.address() + " " + role);
        }
        seen.put(
                "builder",
                PostgresXa.builder()
                        .node("east", "jdbc:postgresql://h/db?password=" + CANARY, "canary", CANARY)
                        .toString());
    }
}
