package io.github.postgresxa.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.support.Copies;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.support.LogLines;
import io.github.postgresxa.support.OldDisk;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.StandbyNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three databases of one server are three nodes: a quiet one is watched by the session in the first one. */
@PostgresNodes("east")
class ServerMatesIT {

    private static final Duration INTERVAL = Duration.ofMillis(200);
    private static final RecoverySettings SETTINGS = new RecoverySettings(true, INTERVAL, Duration.ofMillis(600), true);

    /** Shorter than the time between two visits: at least 24 intervals. */
    private static final Duration SOON = Duration.ofSeconds(4);

    private static final Duration LONG = Duration.ofSeconds(40);

    private static final List<String> NODES = List.of("one", "two", "three");

    /** The identities are in the order of the nodes, so the first node is the first one of its server. */
    private static final Map<String, String> IDENTITIES =
            Map.of("one", "00000000000000a1", "two", "00000000000000a2", "three", "00000000000000a3");

    private final List<PostgresXa> instances = new ArrayList<>();
    private PostgresNode east;

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

    private String url(String node) {
        return Copies.url(east, "mates_" + node);
    }

    private PostgresXa start(RecoverySettings settings, Map<String, String> urls) {
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

    private PostgresXa start() {
        return start(SETTINGS, Map.of("one", url("one"), "two", url("two"), "three", url("three")));
    }

    private void execute(String url, String... statements) throws SQLException {
        try (Connection c = DriverManager.getConnection(url, east.username(), east.password());
                Statement s = c.createStatement()) {
            for (String sql : statements) {
                s.execute(sql);
            }
        }
    }

    private String text(String url, String sql) throws SQLException {
        try (Connection c = DriverManager.getConnection(url, east.username(), east.password());
                Statement s = c.createStatement();
                ResultSet row = s.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private long prepared(String url) throws SQLException {
        return Long.parseLong(text(url, "select count(*) from pg_prepared_xacts where database = current_database()"));
    }

    private long sessions(String database) {
        return east.queryForLong("select count(*) from pg_stat_activity where application_name like '% mates-%'"
                + " and datname like '" + database + "'");
    }

    private void awaitOneSession() throws Exception {
        Eventually.eventually(
                LONG, "one session watches all", () -> sessions("mates_one") == 1 && sessions("mates_%") == 1);
    }

    /** Leaves what a coordinator leaves that dies before its decision. */
    private void leaveOrphan(String node, String url, String home) throws SQLException {
        execute(
                url,
                "begin",
                "update account set balance = balance + 10 where id = 1",
                "prepare transaction 'pgxa/1/%s/%s/%s'"
                        .formatted(TransactionId.random(), IDENTITIES.get(home), IDENTITIES.get(node)));
    }

    private void leaveOrphanAndAwait(String node, String url, String home) throws Exception {
        leaveOrphan(node, url, home);
        Eventually.eventually(SOON, "the branch at " + node + " is finished", () -> prepared(url) == 0);
        assertThat(text(url, "select balance from account")).isEqualTo("1000");
    }

    @Test
    void oneSessionWatchesThemAndEachBranchIsFinishedInTime() throws Exception {
        PostgresXa xa = start();
        awaitOneSession();
        leaveOrphanAndAwait("two", url("two"), "one");
        leaveOrphanAndAwait("three", url("three"), "two");
        leaveOrphanAndAwait("one", url("one"), "two");
        awaitOneSession();
        long before = transactions();
        Thread.sleep(3_000);
        assertThat(transactions() - before)
                .as("transactions in the other two; by themselves they would be 30")
                .isLessThan(20);
        assertThat(xa.nodes()).allMatch(NodeStatus::reachable);
        assertThat(xa.recoverNow().problems()).isEmpty();
    }

    private long transactions() {
        return east.queryForLong("select sum(xact_commit + xact_rollback)::bigint from pg_stat_database"
                + " where datname in ('mates_two', 'mates_three')");
    }

    @Test
    void whoDoesNotShareKeepsASessionInEach() throws Exception {
        start(
                new RecoverySettings(true, INTERVAL, SETTINGS.grace(), false),
                Map.of("one", url("one"), "two", url("two"), "three", url("three")));
        Thread.sleep(3_000);
        assertThat(sessions("mates_%")).isEqualTo(NODES.size());
    }

    @Test
    void aDatabaseThatIsDroppedOrRenamedIsNoticedAtOnce() throws Exception {
        PostgresXa xa = start();
        awaitOneSession();
        Copies.maintain(east, "drop database mates_three", "alter database mates_two rename to mates_four");
        try {
            Eventually.eventually(
                    SOON,
                    "both are missed",
                    () -> xa.nodes().stream().filter(NodeStatus::reachable).count() == 1);
            assertThat(xa.nodes().get(2).problem()).contains("mates_three");
        } finally {
            Copies.maintain(east, "alter database mates_four rename to mates_two");
        }
        Eventually.eventually(SOON, "it is back", () -> xa.nodes().get(1).reachable());
    }

    @Test
    void afterTheServersRestartEachIsScannedAndOneSessionWatchesAgain() throws Exception {
        PostgresXa xa = start();
        awaitOneSession();
        leaveOrphan("three", url("three"), "two");
        east.kill();
        east.start();
        Eventually.eventually(LONG, "the branch is finished", () -> prepared(url("three")) == 0);
        Eventually.eventually(SOON, "all answer", () -> xa.nodes().stream().allMatch(NodeStatus::reachable));
        awaitOneSession();
        leaveOrphanAndAwait("two", url("two"), "three");
    }

    @Test
    void anOlderDiskIsNoticedAlsoForThoseThatFollow() throws Exception {
        PostgresXa xa = start();
        awaitOneSession();
        // After the last scan of the others, so that their own positions show nothing.
        try (OldDisk old = OldDisk.ofRunning(east)) {
            execute(url("one"), "create table filler as select repeat('x', 1000) from generate_series(1, 5000)");
            // The session in the first one sees that, and the others are not visited yet.
            Thread.sleep(5 * INTERVAL.toMillis());
            List<String> lines = LogLines.of(Recovery.class, () -> {
                try {
                    old.putBack();
                    awaitScans(xa);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            for (String node : NODES) {
                assertThat(lines)
                        .as("the disk of " + node)
                        .anyMatch(line -> line.startsWith("node '" + node + "' has gone back in time"));
            }
        }
    }

    private static void awaitScans(PostgresXa xa) throws Exception {
        Instant now = Instant.now();
        Eventually.eventually(
                LONG,
                "all are scanned",
                () -> xa.nodes().stream()
                        .allMatch(n -> n.reachable() && n.observedAt().isAfter(now)));
    }

    @Test
    void theFirstOneGoneAnotherTakesItsPart() throws Exception {
        start();
        awaitOneSession();
        Copies.maintain(east, "drop database mates_one with (force)");
        Eventually.eventually(
                LONG, "the second one watches", () -> sessions("mates_two") == 1 && sessions("mates_%") == 1);
        leaveOrphanAndAwait("three", url("three"), "two");
        Copies.maintain(east, "create database mates_one");
    }

    @Test
    void aFleetNeedsPlacesInTheFirstOneOnly() throws Exception {
        for (int i = 0; i < Places.COUNT + 2; i++) {
            start();
        }
        Eventually.eventually(
                LONG,
                "seven watch all",
                () -> sessions("mates_one") == Places.COUNT && sessions("mates_%") == Places.COUNT);
        leaveOrphanAndAwait("two", url("two"), "three");
    }

    @Test
    void aCopyOfTheServerIsAnotherServer() throws Exception {
        try (StandbyNode clone = east.standby("mates")) {
            clone.awaitCaughtUp();
            clone.stop();
            Path data = clone.dataDirectory().orElseThrow();
            Files.delete(data.resolve("standby.signal"));
            clone.start();
            String copied = clone.jdbcUrl().replace("/" + clone.database(), "/mates_two");
            String incarnation = "select (select system_identifier from pg_control_system()) || ':'"
                    + " || left(pg_walfile_name(pg_current_wal_lsn()), 8)";
            assertThat(text(copied, incarnation)).isEqualTo(text(url("two"), incarnation));
            start(SETTINGS, Map.of("one", url("one"), "two", copied, "three", url("three")));
            Eventually.eventually(
                    LONG,
                    "the other one on the server follows",
                    () -> sessions("mates_one") == 1 && sessions("mates_%") == 1);
            String there = "select count(*) from pg_stat_activity where application_name like '% mates-%'";
            for (int i = 0; i < 10; i++) {
                assertThat(text(copied, there)).isEqualTo("1");
                Thread.sleep(INTERVAL.toMillis());
            }
            leaveOrphanAndAwait("two", copied, "one");
            leaveOrphanAndAwait("three", url("three"), "two");
        }
    }
}
