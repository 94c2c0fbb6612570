package io.github.postgresxa.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.support.Copies;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Three databases of one server, each with a decision log and an account. */
@PostgresNodes("east")
abstract class ServerMatesTest {

    static final Duration INTERVAL = Duration.ofMillis(200);
    static final RecoverySettings SETTINGS = new RecoverySettings(true, INTERVAL, Duration.ofMillis(600), true);

    /** Shorter than the time between two visits: at least 24 intervals. */
    static final Duration SOON = Duration.ofSeconds(4);

    static final Duration LONG = Duration.ofSeconds(40);

    static final List<String> NODES = List.of("one", "two", "three");

    /** The identities are in the order of the nodes, so the first node is the first one of its server. */
    static final Map<String, String> IDENTITIES =
            Map.of("one", "00000000000000a1", "two", "00000000000000a2", "three", "00000000000000a3");

    final List<PostgresXa> instances = new ArrayList<>();
    PostgresNode east;

    @BeforeEach
    void databases(PostgresNode east) throws Exception {
        this.east = east;
        for (String node : NODES) {
            Copies.maintain(
                    east, "drop database if exists mates_" + node + " with (force)", "create database mates_" + node);
            execute(
                    url(node),
                    Operations.ddl("pgxa"),
                    "update pgxa.node set identity = '" + IDENTITIES.get(node) + "'",
                    "create table account (id int primary key, balance bigint not null)",
                    "insert into account values (1, 1000)");
        }
    }

    @AfterEach
    void close() throws Exception {
        instances.forEach(PostgresXa::close);
        for (String node : NODES) {
            String listed =
                    "select coalesce(max(gid), '') from pg_prepared_xacts where database = 'mates_" + node + "'";
            String left = east.queryForString(listed);
            if (!left.isEmpty()) {
                execute(url(node), "rollback prepared '" + left + "'");
            }
            Copies.maintain(east, "drop database if exists mates_" + node + " with (force)");
        }
    }

    String url(String node) {
        return Copies.url(east, "mates_" + node);
    }

    PostgresXa start(RecoverySettings settings, Map<String, String> urls) {
        PostgresXa.Builder builder =
                PostgresXa.builder().name("mates-" + instances.size()).recovery(settings);
        for (String node : NODES) {
            String url = urls.getOrDefault(node, "");
            if (!url.isEmpty()) {
                builder.node(node, url, east.username(), east.password());
            }
        }
        PostgresXa xa = builder.build();
        instances.add(xa);
        return xa;
    }

    PostgresXa start() {
        return start(SETTINGS, Map.of("one", url("one"), "two", url("two"), "three", url("three")));
    }

    void execute(String url, String... statements) throws SQLException {
        try (Connection c = DriverManager.getConnection(url, east.username(), east.password());
                Statement s = c.createStatement()) {
            for (String sql : statements) {
                s.execute(sql);
            }
        }
    }

    String text(String url, String sql) throws SQLException {
        try (Connection c = DriverManager.getConnection(url, east.username(), east.password());
                Statement s = c.createStatement();
                ResultSet row = s.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    long prepared(String url) throws SQLException {
        return Long.parseLong(text(url, "select count(*) from pg_prepared_xacts where database = current_database()"));
    }

    long sessions(String database) {
        return east.queryForLong("select count(*) from pg_stat_activity where application_name like '% mates-%'"
                + " and datname like '" + database + "'");
    }

    void awaitOneSession() throws Exception {
        Eventually.eventually(
                LONG, "one session watches all", () -> sessions("mates_one") == 1 && sessions("mates_%") == 1);
    }

    /** Leaves what a coordinator leaves that dies before its decision. */
    void leaveOrphan(String node, String url, String home) throws SQLException {
        execute(
                url,
                "begin",
                "update account set balance = balance + 10 where id = 1",
                "prepare transaction 'pgxa/1/%s/%s/%s'"
                        .formatted(TransactionId.random(), IDENTITIES.get(home), IDENTITIES.get(node)));
    }

    void leaveOrphanAndAwait(String node, String url, String home) throws Exception {
        leaveOrphan(node, url, home);
        Eventually.eventually(SOON, "the branch at " + node + " is finished", () -> prepared(url) == 0);
        assertThat(text(url, "select balance from account")).isEqualTo("1000");
    }
}
