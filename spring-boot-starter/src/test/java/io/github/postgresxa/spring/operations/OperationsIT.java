package io.github.postgresxa.spring.operations;

import static io.github.postgresxa.spring.application.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.spring.application.Bank;
import io.github.postgresxa.spring.application.BankApplication;
import io.github.postgresxa.spring.operations.Documents.Alert;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.context.ConfigurableApplicationContext;

/** Everything that the documents for operators name exists. */
@PostgresNodes({"east", "west"})
@TestInstance(Lifecycle.PER_CLASS)
class OperationsIT {

    private PostgresNode east;
    private PostgresNode west;
    private ConfigurableApplicationContext application;

    @BeforeAll
    void start(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        BankApplication.prepare(east, west);
        this.application = BankApplication.on(east, west)
                .serving()
                .with(
                        "management.endpoints.web.exposure.include=prometheus",
                        "management.metrics.distribution.percentiles-histogram.[postgres.xa.commit]=true",
                        "management.metrics.distribution.percentiles-histogram.[postgres.xa.step]=true")
                .start();
        application.getBean(Bank.class).transfer(1);
    }

    @AfterAll
    void stop() {
        application.close();
    }

    @Test
    void everyMetricOfTheAlertRulesIsExported() throws Exception {
        List<Alert> alerts = Documents.alerts();

        assertThat(alerts).hasSizeGreaterThan(8);
        assertThat(alerts)
                .allSatisfy(alert -> assertThat(Documents.metrics(List.of(alert.expression())))
                        .as(alert.name())
                        .isNotEmpty());
        assertThat(exported())
                .containsAll(
                        Documents.metrics(alerts.stream().map(Alert::expression).toList()));
    }

    @Test
    void everyMetricOfTheDashboardIsExported() throws Exception {
        List<String> expressions = Documents.dashboardExpressions();

        assertThat(expressions).hasSizeGreaterThan(20);
        assertThat(exported()).containsAll(Documents.metrics(expressions));
    }

    @Test
    void everyMeterThatIsExportedIsExplained() throws Exception {
        String page = Documents.text("observability.md");
        List<String> meters = application.getBean(MeterRegistry.class).getMeters().stream()
                .map(meter -> meter.getId().getName())
                .filter(name -> name.startsWith("postgres.xa."))
                .distinct()
                .toList();

        assertThat(meters).hasSizeGreaterThan(20).doesNotContain("postgres.xa.transaction.step");
        assertThat(meters).allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
    }

    @Test
    void everyAlertLeadsToASectionOfTheRunbook() throws Exception {
        Set<String> anchors = Documents.anchors(Documents.text("runbook.md"));

        assertThat(Documents.alerts()).allSatisfy(alert -> {
            assertThat(alert.runbook()).startsWith("docs/operations/runbook.md#");
            assertThat(anchors).as(alert.name()).contains(alert.runbook().replaceFirst(".*#", ""));
        });
    }

    @Test
    void everyLinkWithinTheDocumentsLeadsSomewhere() throws Exception {
        for (String page : List.of("runbook.md", "observability.md")) {
            for (MatchResult link : Pattern.compile("]\\(([^)#]*)(?:#([^)]*))?\\)")
                    .matcher(Documents.text(page))
                    .results()
                    .toList()) {
                String target = link.group(1).isEmpty() ? page : link.group(1);
                String content = Documents.text(target);
                if (link.group(2) != null) {
                    assertThat(Documents.anchors(content)).as(page).contains(link.group(2));
                }
            }
        }
    }

    @Test
    void everyQueryOfTheRunbookIsThere() throws Exception {
        Set<String> named = Pattern.compile("(?i)quer(?:y|ies) `([a-z-]+)`(?: and `([a-z-]+)`)?")
                .matcher(Documents.text("runbook.md"))
                .results()
                .flatMap(match -> java.util.stream.Stream.of(match.group(1), match.group(2)))
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(named).hasSizeGreaterThan(5);
        assertThat(Documents.queries().keySet()).containsAll(named);
    }

    @Test
    void everyQueryRuns() throws Exception {
        Map<String, String> queries = Documents.queries();
        long statements = Documents.text("queries.sql")
                .lines()
                .filter(line -> !line.startsWith("--"))
                .filter(line -> line.endsWith(";"))
                .count();

        assertThat(queries).hasSize((int) statements).hasSizeGreaterThan(10);
        for (Map.Entry<String, String> query : queries.entrySet()) {
            assertThat(run(query.getValue())).as(query.getKey()).isNotNull();
        }
        assertThat(Documents.queriesOfTheRunbook()).isNotEmpty();
        for (String query : Documents.queriesOfTheRunbook()) {
            assertThat(run(query)).isNotNull();
        }
    }

    @Test
    void everyQueryRunsUnderTheRightsThatTheFileNames() throws Exception {
        east.execute(
                "create role just_a_reader nologin",
                "grant usage on schema pgxa to just_a_reader",
                "grant select on all tables in schema pgxa to just_a_reader");
        try (Connection connection = east.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("set role just_a_reader");
            for (Map.Entry<String, String> query : Documents.queries().entrySet()) {
                assertThat(statement.execute(query.getValue()))
                        .as(query.getKey())
                        .isTrue();
            }
        }
    }

    @Test
    void theQueriesShowABlockingBranchWithItsLocksAndItsDecision() throws Exception {
        String gid = "of-another-program/1";
        String ours = "pgxa/1/%s/%s/%s"
                .formatted(
                        TransactionId.random(),
                        "0123456789abcdef", // The home is unknown, so the branch stays prepared.
                        east.queryForString("select identity from pgxa.node"));
        prepare(gid, "update account set balance = balance + 1");
        prepare(ours, "create table of_ours (id int)");
        try (Connection waiter = east.connect();
                Statement statement = waiter.createStatement()) {
            CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> {
                try {
                    statement.execute("update account set balance = balance + 2");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            eventually(
                    Duration.ofSeconds(20),
                    "the query shows who waits",
                    () -> run(query("waiting")).contains(gid));
            assertThat(run(query("waiting"))).contains("update account set balance = balance + 2");
            assertThat(run(query("locks"))).contains(gid).contains("account").contains("RowExclusiveLock");
            assertThat(run(query("prepared")))
                    .contains(gid + "|f|")
                    .contains(ours + "|t|")
                    .contains("0123456789abcdef");
            assertThat(run(query("xmin"))).contains("prepared transaction|" + gid);
            east.execute("rollback prepared '" + gid + "'");
            waiting.join();
        } finally {
            east.execute("rollback prepared '" + ours + "'");
        }
        assertThat(run(query("decisions"))).startsWith("C|");
        assertThat(run(query("decision")
                        .replace(
                                "00000000-0000-0000-0000-000000000000",
                                east.queryForString("select gtrid::text from pgxa.decision limit 1"))))
                .contains("|C|");
    }

    private void prepare(String gid, String work) throws SQLException {
        try (Connection connection = east.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(work);
            statement.execute("prepare transaction '" + gid + "'");
        }
    }

    private static String query(String name) throws IOException {
        return Objects.requireNonNull(Documents.queries().get(name));
    }

    private String run(String query) throws SQLException {
        StringBuilder rows = new StringBuilder();
        try (Connection connection = east.connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            while (result.next()) {
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    rows.append(result.getString(i)).append('|');
                }
                rows.append('\n');
            }
        }
        return rows.toString();
    }

    /** {@return the names of our metrics, as Prometheus scrapes them} */
    private Set<String> exported() throws Exception {
        String port = application.getEnvironment().getRequiredProperty("local.server.port");
        String scraped = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/prometheus"))
                                .build(),
                        BodyHandlers.ofString())
                .body();
        return Pattern.compile("(?m)^(postgres_xa_[a-z_]+)")
                .matcher(scraped)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
