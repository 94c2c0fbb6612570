package io.github.postgresxa.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Very many idle instances on the same nodes: what they ask, what they keep open, and how long an orphan stays
 * prepared. {@code -Dfleet.instances}, {@code -Dfleet.share}, {@code -Dfleet.settle}, {@code -Dfleet.watch} (seconds)
 * and {@code -Dfleet.orphans} change it.
 */
@PostgresNodes(
        value = {"east", "west"},
        settings = {"max_connections=500", "shared_preload_libraries=pg_stat_statements"})
class FleetRun {

    private static final int INSTANCES = Integer.getInteger("fleet.instances", 100);
    private static final boolean SHARE = Boolean.parseBoolean(System.getProperty("fleet.share", "true"));
    private static final int SETTLE = Integer.getInteger("fleet.settle", 150);
    private static final int WATCH = Integer.getInteger("fleet.watch", 120);
    private static final int ORPHANS = Integer.getInteger("fleet.orphans", 40);

    /** What is asked at a node, by the text of the statement. */
    private static final Map<String, String> KINDS = kinds();

    private static Map<String, String> kinds() {
        Map<String, String> kinds = new LinkedHashMap<>();
        kinds.put("looks", "query like '%from pg_prepared_xacts%' and query like '%order by prepared limit%'");
        kinds.put("numbers for people", "query like '%pg_stat_get_live_tuples%'");
        kinds.put("who looks", "query like '%from pg_locks l%' or query like '%pg_try_advisory_lock(%'");
        kinds.put("janitor", "query like '%decided_at <%' or query like '%pgxa.decision%for update%'");
        kinds.put("new sessions", "query like '%pg_walfile_name%'");
        kinds.put("all statements", "true");
        return kinds;
    }

    @Test
    void manyIdleInstances(PostgresNode east, PostgresNode west) throws Exception {
        west.execute("create extension pg_stat_statements");
        RecoverySettings pace = new RecoverySettings(
                true, RecoverySettings.DEFAULT.interval(), RecoverySettings.DEFAULT.grace(), SHARE);
        List<PostgresXa> fleet = new ArrayList<>();
        try {
            for (int i = 0; i < INSTANCES; i++) {
                fleet.add(Servers.builder(east, west).recovery(pace).build());
            }
            Thread.sleep(SETTLE * 1_000L);
            west.execute("select pg_stat_statements_reset()");
            double cpu = Heap.cpuSeconds();
            ServerLoad load = ServerLoad.of(west);
            List<Double> sessions = new ArrayList<>();
            long from = System.nanoTime();
            while (System.nanoTime() - from < Duration.ofSeconds(WATCH).toNanos()) {
                sessions.add((double) west.queryForLong(
                        "select count(*) from pg_stat_activity where application_name = 'postgres-xa scale'"));
                Thread.sleep(200);
            }
            double took = (System.nanoTime() - from) / 1e9;
            load = ServerLoad.of(west).since(load);
            System.err.printf(
                    "%d instances, share=%s, %.0f s at one of two nodes, default settings%n", INSTANCES, SHARE, took);
            for (Map.Entry<String, String> kind : KINDS.entrySet()) {
                double calls = west.queryForLong("select coalesce(sum(calls), 0)::bigint from pg_stat_statements"
                        + " where dbid = (select oid from pg_database where datname = current_database())"
                        + " and query not like '%pg_stat%activity where application_name%' and ("
                        + kind.getValue() + ")");
                System.err.printf("%s per second: %.2f%n", kind.getKey(), calls / took);
            }
            System.err.println(west.queryForString("select string_agg(line, chr(10)) from (select round(calls / "
                    + took + ", 2) || ' ' || left(regexp_replace(query, '\\s+', ' ', 'g'), 90) line"
                    + " from pg_stat_statements order by calls desc limit 15) most"));
            System.err.printf("transactions per second: %.2f%n", load.transactions() / took);
            System.err.printf(
                    "sessions: median %.0f, 99th percentile %.0f, most %.0f%n",
                    Figures.median(sessions), Figures.percentile(sessions, 99), Figures.percentile(sessions, 100));
            System.err.printf(
                    "processor: all instances %.3f, the server %.3f%n",
                    (Heap.cpuSeconds() - cpu) / took, load.cpuSeconds() / took);
            List<Double> seconds = orphans(east, west);
            System.err.printf(
                    "%d orphans: median %.2f s, 99th percentile %.2f s, longest %.2f s%n",
                    seconds.size(),
                    Figures.median(seconds),
                    Figures.percentile(seconds, 99),
                    Figures.percentile(seconds, 100));
        } finally {
            fleet.forEach(PostgresXa::close);
        }
    }

    /** {@return for how long each orphan was prepared} Its coordinator has died before the decision. */
    private static List<Double> orphans(PostgresNode home, PostgresNode node) throws Exception {
        node.execute("create table change (id uuid)");
        SplittableRandom random = new SplittableRandom();
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < ORPHANS; i++) {
            Thread.sleep(random.nextInt(500, 4_000));
            String gid = leave(home, node);
            long from = System.nanoTime();
            while (node.queryForLong("select count(*) from pg_prepared_xacts where gid = ?", gid) > 0) {
                assertThat(System.nanoTime() - from)
                        .as("an orphan stays prepared")
                        .isLessThan(Duration.ofMinutes(2).toNanos());
                Thread.sleep(20);
            }
            seconds.add((System.nanoTime() - from) / 1e9);
        }
        assertThat(node.queryForLong("select count(*) from change")).isZero();
        return seconds;
    }

    private static String leave(PostgresNode home, PostgresNode node) throws SQLException {
        TransactionId id = TransactionId.random();
        String gid = "pgxa/1/%s/%s/%s".formatted(id, Servers.identity(home), Servers.identity(node));
        try (Connection c = node.connect();
                Statement s = c.createStatement()) {
            s.execute("begin; insert into change values ('%s'); prepare transaction '%s'".formatted(id, gid));
        }
        return gid;
    }
}
