package io.github.postgresxa.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.DecisionRetention;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Measures each use of the log when decisions have not been deleted for a long time. {@code -Dscale.rows} sets the
 * number of rows, by default 10,000,000.
 */
@Part("log")
@PostgresNodes(
        value = {"east", "west"},
        settings = {
            "shared_buffers=256MB",
            "max_wal_size=4GB",
            "maintenance_work_mem=512MB",
            "session_preload_libraries=auto_explain",
            "auto_explain.log_min_duration=-1",
            "auto_explain.log_analyze=on"
        })
class LogScale {

    private static final int ENOUGH = 10_000_000;
    private static final int COMMITS = 1_500;
    private static final int REPEATS = 20;
    private static final int PAGE = 1_000;

    /** The rows' ages are spread evenly over so many hours. */
    private static final int HOURS = 10;

    private record Measured(String what, double median, double most, String plan) {}

    private interface Action {
        void run() throws SQLException;
    }

    private final int rows = Integer.getInteger("scale.rows", ENOUGH);
    private final DecisionLog log = new DecisionLog("pgxa", "scale");
    private final List<Measured> measured = new ArrayList<>();

    @Test
    void nothingOnTheWayOfACommitGrowsWithTheLog(PostgresNode east, PostgresNode west) throws Exception {
        Servers.schema(east, west);
        fill(east, west);
        Commits commits = commits(east, west);
        try (Wire wire = new Node(Servers.settings(east), "scale").connect()) {
            uses(east, west, wire);
        }
        Operations operations =
                Operations.on(List.of(Servers.settings(east), Servers.settings(west)), DecisionSettings.DEFAULT);
        measure(east, "the doctor, two nodes", 3, operations::doctor);
        report(east, commits);
        assertThat(measured.stream()
                        .filter(m -> m.what().startsWith("*"))
                        .filter(m -> m.plan().contains("Seq Scan"))
                        .toList())
                .as("hot, and reads the whole table")
                .isEmpty();
    }

    /**
     * In the order in which they would have been written, as on the disk of a log that is only appended to. The index
     * is as loose as one that grew by random keys.
     */
    private void fill(PostgresNode east, PostgresNode west) {
        long from = System.nanoTime();
        east.execute(
                "alter table pgxa.decision drop constraint decision_pkey",
                "drop index pgxa.decision_decided_at",
                """
                insert into pgxa.decision (gtrid, outcome, xid, coordinator, participants, participant_xids,
                                           participant_incarnations, decided_at)
                select gen_random_uuid(), 'C', '3'::xid8, 'scale', array['%s'], array['3'::xid8], array['%s'],
                       now() - interval '%d hours' * (1 - i / %d.0)
                from generate_series(1, %3$d) i
                """.replace("%3$d", String.valueOf(rows))
                        .formatted(Servers.identity(west), Servers.incarnation(west), HOURS, rows),
                "alter table pgxa.decision add primary key (gtrid) with (fillfactor = 70)",
                "create index decision_decided_at on pgxa.decision (decided_at, gtrid)",
                "vacuum analyze pgxa.decision",
                "checkpoint");
        System.err.printf("%,d rows in %.0f s%n", rows, (System.nanoTime() - from) / 1e9);
    }

    private record Commits(double empty, double full) {}

    /** Two applications on the same servers, one of them with its own empty log, in turns. */
    private static Commits commits(PostgresNode east, PostgresNode west) throws Exception {
        DecisionSettings d = DecisionSettings.DEFAULT;
        RecoverySettings rarely = new RecoverySettings(true, Duration.ofHours(1), Duration.ofSeconds(2));
        for (PostgresNode node : List.of(east, west)) {
            node.execute(
                    "create table account (id int primary key, balance bigint)", "insert into account values (1, 0)");
        }
        List<Double> empty = new ArrayList<>();
        List<Double> full = new ArrayList<>();
        try (PostgresXa onEmpty = Servers.builder(east, west)
                        .decision(new DecisionSettings("pgxa_empty", true, d.retention(), false))
                        .recovery(rarely)
                        .build();
                PostgresXa onFull = Servers.builder(east, west)
                        .decision(new DecisionSettings("pgxa", true, Duration.ofDays(1), false))
                        .recovery(rarely)
                        .build()) {
            for (int i = 0; i < COMMITS; i++) {
                double e = transfer(onEmpty);
                double f = transfer(onFull);
                if (i >= COMMITS / 3) {
                    empty.add(e);
                    full.add(f);
                }
            }
        }
        assertThat(west.queryForLong("select balance from account")).isEqualTo(2 * COMMITS);
        return new Commits(Figures.median(empty), Figures.median(full));
    }

    /** {@return milliseconds of the commit alone} */
    private static double transfer(PostgresXa xa) throws Exception {
        xa.userTransaction().begin();
        for (String node : List.of("east", "west")) {
            try (Connection c = xa.dataSource(node).getConnection();
                    Statement s = c.createStatement()) {
                s.executeUpdate("update account set balance = balance " + (node.equals("east") ? "- 1" : "+ 1"));
            }
        }
        long from = System.nanoTime();
        xa.userTransaction().commit();
        return (System.nanoTime() - from) / 1e6;
    }

    /** A query marked with an asterisk runs while a transaction waits, or once a second. */
    private void uses(PostgresNode east, PostgresNode west, Wire wire) throws SQLException {
        NodeIdentity home = new NodeIdentity(Servers.identity(east));
        NodeIdentity other = new NodeIdentity(Servers.identity(west));
        List<TransactionId> hundred = ids(east, 100);
        measure(
                east,
                "* recovery asks for 100 transactions (`survey`)",
                REPEATS,
                () -> log.survey(wire, home, home, hundred));
        measure(
                east,
                "* the same, and safe at the standby (`confirm`)",
                REPEATS,
                () -> log.confirm(wire, home, hundred));
        measure(east, "* one outcome (`look`)", REPEATS, () -> log.read(wire, home, hundred.subList(0, 1)));
        measure(
                east,
                "* one fence",
                REPEATS,
                () -> assertThat(log.fences()
                                .write(wire, TransactionId.random(), home, List.of(), List.of(home), f -> true))
                        .isPresent());
        measure(east, "* 100 fences together", REPEATS, () -> {
            List<TransactionId> fresh = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                fresh.add(TransactionId.random());
            }
            assertThat(log.fences().writeTogether(wire, fresh, home, List.of(home), (w, marks) -> true))
                    .hasSize(100);
        });
        measure(east, "janitor: no row is due", REPEATS, () -> expired(wire, home, Duration.ofHours(HOURS + 1), ""));
        double one = (double) HOURS * 3600 / rows; // Seconds from one row to the next.
        Duration some = Duration.ofMillis((long) (1000 * (HOURS * 3600 - one * Math.min(rows / 2, 100_000))));
        DecisionRetention.Page first = expired(wire, home, some, "");
        measure(east, "janitor: 100,000 rows are due, first page of 1,000", 5, () -> expired(wire, home, some, ""));
        measure(east, "janitor: 100,000 rows are due, second page", 5, () -> expired(wire, home, some, first.end()));
        DecisionRetention.Page firstOfAll = expired(wire, home, Duration.ZERO, "");
        measure(east, "janitor: all rows are due, first page", 3, () -> expired(wire, home, Duration.ZERO, ""));
        measure(
                east,
                "janitor: all rows are due, second page",
                3,
                () -> expired(wire, home, Duration.ZERO, firstOfAll.end()));
        measure(east, "janitor: deletes 1,000 rows", 5, () -> {
            DecisionRetention.Page page = expired(wire, home, some, "");
            log.kept()
                    .forget(
                            wire,
                            home,
                            page.decisions().stream().map(Decision::transaction).toList());
        });
        measure(
                east,
                "janitor: fences that are due (none)",
                5,
                () -> log.kept().forgetFences(wire, home, Duration.ofHours(HOURS)));
        String incarnation = Servers.incarnation(west);
        measure(
                east,
                "at each start and after a failover: one range, looking for rows of other incarnations",
                5,
                () -> log.kept().ofOtherIncarnations(wire, home, other, incarnation, 0));
        measure(east, "the same, all stretches, one after the other", 3, () -> {
            long from = 0;
            do {
                DecisionRetention.BlockRange range =
                        log.kept().ofOtherIncarnations(wire, home, other, incarnation, from);
                assertThat(range.decisions()).isEmpty();
                from = range.next();
            } while (from > 0);
        });
    }

    private DecisionRetention.Page expired(Wire wire, NodeIdentity home, Duration retention, String after)
            throws SQLException {
        return log.kept().expired(wire, home, retention, after, PAGE);
    }

    private static List<TransactionId> ids(PostgresNode node, int count) throws SQLException {
        try (Connection c = node.connect();
                Statement s = c.createStatement();
                ResultSet found =
                        s.executeQuery("select gtrid from pgxa.decision tablesample system (0.1) limit " + count)) {
            List<TransactionId> ids = new ArrayList<>();
            while (found.next()) {
                ids.add(new TransactionId(found.getObject(1, UUID.class)));
            }
            return ids;
        }
    }

    private void measure(PostgresNode node, String what, int times, Action action) throws SQLException {
        action.run();
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            long from = System.nanoTime();
            action.run();
            millis.add((System.nanoTime() - from) / 1e6);
        }
        Plans plans = Plans.of(node);
        action.run();
        action.run();
        measured.add(new Measured(what, Figures.median(millis), Figures.percentile(millis, 100), plans.used()));
        System.err.println(measured.get(measured.size() - 1));
    }

    private void report(PostgresNode east, Commits commits) throws SQLException {
        long table = east.queryForLong("select pg_table_size('pgxa.decision')");
        long key = east.queryForLong("select pg_relation_size('pgxa.decision_pkey')");
        long age = east.queryForLong("select pg_relation_size('pgxa.decision_decided_at')");
        StringBuilder text = new StringBuilder("""
                %s

                %s rows with one participant each, as a transfer between two nodes leaves them; their ages are spread
                over %d hours. (The key's index is built with a fill factor of 70, as loose as random keys leave it.)

                | on disk | size | for each row |
                |---|---|---|
                | table | %s MB | %s bytes |
                | index of the key | %s MB | %s bytes |
                | index of the age | %s MB | %s bytes |

                The commit of a transfer over two nodes, %d with an empty log and %1$s with this one, in turns: median
                **%s ms** and **%s ms**.

                | use of the log | median | longest | how the server reads `decision` |
                |---|---|---|---|
                """.replace("%1$s", String.valueOf(COMMITS * 2 / 3)).formatted(
                Machine.circumstances(east),
                Figures.whole(rows),
                HOURS,
                mega(table),
                Figures.one((double) table / rows),
                mega(key),
                Figures.one((double) key / rows),
                mega(age),
                Figures.one((double) age / rows),
                COMMITS * 2 / 3,
                Figures.two(commits.empty()),
                Figures.two(commits.full())));
        measured.forEach(m -> text.append("| %s | %s ms | %s ms | %s |%n"
                .formatted(m.what(), Figures.two(m.median()), Figures.two(m.most()), m.plan())));
        text.append(("%nA query marked with * runs while a transaction waits. The suite asserts that none of them "
                        + "reads the whole table, from the plans that the server really used "
                        + "(`auto_explain`).%n")
                .formatted());
        Page.LOG.write(rows >= ENOUGH, text.toString().replace("| * ", "| \\* "));
    }

    private static String mega(long bytes) {
        return Figures.whole(bytes / 1e6);
    }
}
