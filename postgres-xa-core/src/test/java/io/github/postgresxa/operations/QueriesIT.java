package io.github.postgresxa.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What docs/operations/queries.sql shows is true, on a server that others use as well. */
@PostgresNodes({"east", "west"})
class QueriesIT {

    private static final String LOOKS_LIKE_OURS = "pgxa/1/of-another/program/here";
    private static final String FOREIGN = "other/program/their-transaction/their-home/x";

    private PostgresNode east;
    private PostgresNode west;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        Orphan.tables(east, west);
    }

    @AfterEach
    void nothingIsLeftPrepared() {
        west.preparedTransactions().forEach(p -> west.execute("rollback prepared '%s'".formatted(p.gid())));
    }

    private static Map<String, String> queries() throws IOException {
        Map<String, String> queries = new LinkedHashMap<>();
        Matcher named = Pattern.compile("(?ms)^-- name: ([a-z-]+)\\n(.*?;)$")
                .matcher(Files.readString(Path.of("../docs/operations/queries.sql")));
        while (named.find()) {
            queries.put(named.group(1), named.group(2));
        }
        return queries;
    }

    /** {@return the rows, columns separated by bars} */
    private List<String> rows(String name) throws Exception {
        List<String> rows = new java.util.ArrayList<>();
        try (Connection c = west.connect();
                Statement s = c.createStatement()) {
            s.execute("set application_name = 'postgres-xa asks'");
            try (ResultSet result =
                    s.executeQuery(Objects.requireNonNull(queries().get(name)))) {
                while (result.next()) {
                    StringBuilder row = new StringBuilder();
                    for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                        row.append(result.getString(i)).append('|');
                    }
                    rows.add(row.toString());
                }
            }
        }
        return rows;
    }

    private void prepare(String gid, int account) throws SQLException {
        west.execute("begin; insert into account values (%d, 1); prepare transaction '%s'".formatted(account, gid));
    }

    @Test
    void theNamesOfOthersGiveNoTransactionAndNoHome() throws Exception {
        Orphan ours = Orphan.leave(east, west);
        prepare(LOOKS_LIKE_OURS, 11);
        prepare(FOREIGN, 12);
        List<String> rows = rows("prepared");
        assertThat(rows.get(0)).startsWith("%s|t|%s|%s|".formatted(ours.gid(), ours.id(), Orphan.identity(east)));
        assertThat(rows.get(1)).startsWith(LOOKS_LIKE_OURS + "|f|null|null|");
        assertThat(rows.get(2)).startsWith(FOREIGN + "|f|null|null|");
        assertThat(rows("home-here")).isEmpty();
    }

    @Test
    void theSessionThatAsksIsNotShown() throws Exception {
        assertThat(rows("sessions")).noneMatch(row -> row.contains("postgres-xa asks"));
        assertThat(rows("xmin")).noneMatch(row -> row.contains("postgres-xa asks"));
        assertThat(rows("waiting")).isEmpty();
    }

    @Test
    void everyListHasAnEnd() throws Exception {
        try (Connection c = west.connect();
                Statement s = c.createStatement()) {
            String rest = "/%s/%s".formatted(Orphan.identity(west), Orphan.identity(west));
            for (int i = 0; i < 60; i++) {
                s.execute("begin; insert into account values (%d, 1); prepare transaction 'pgxa/2/%s%s/0000002a.Zw.YQ'"
                        .formatted(100 + i, TransactionId.random(), rest));
            }
        }
        for (Map.Entry<String, String> query : queries().entrySet()) {
            assertThat(rows(query.getKey())).as(query.getKey()).hasSizeLessThanOrEqualTo(100);
            assertThat(query.getValue())
                    .as(query.getKey())
                    .containsAnyOf(
                            " limit ",
                            "max(",
                            "where gtrid =",
                            "from pgxa.node;",
                            "group by outcome",
                            "from pg_settings");
        }
        assertThat(rows("locks")).hasSize(100);
        assertThat(rows("home-here")).hasSize(60);
    }

    @Test
    void theLocksOfAnotherDatabaseAreNotCalledByTheNamesOfThisOne() throws Exception {
        Orphan.leave(east, west);
        assertThat(rows("locks")).anyMatch(row -> row.contains("|RowExclusiveLock|account|"));
        assertThat(rows("xmin").get(0)).startsWith("prepared transaction|");
    }

    @Test
    void theDoctorsPageNamesWhatTheDoctorChecks() throws IOException {
        String page = Files.readString(Path.of("../docs/operations/look-and-act.md"));
        String table = page.substring(page.indexOf("| check | what it looks at |"));
        List<String> named = Pattern.compile("`([a-z_-]+)`")
                .matcher(table.substring(0, table.indexOf("\n\n"))
                        .lines()
                        .skip(2)
                        .map(line -> line.split("\\|")[1])
                        .reduce("", String::concat))
                .results()
                .map(m -> m.group(1))
                .sorted()
                .toList();
        assertThat(named)
                .isEqualTo(java.util.stream.Stream.of(Check.values())
                        .map(Check::title)
                        .sorted()
                        .toList());
    }
}
