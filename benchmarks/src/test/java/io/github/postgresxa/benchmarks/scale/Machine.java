package io.github.postgresxa.benchmarks.scale;

import io.github.postgresxa.test.PostgresNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.stream.Stream;

/** The machine of the measurement, so that a figure can be judged. */
public final class Machine {

    private static final int COMMITS = 200;

    private Machine() {}

    /**
     * {@return a sentence or two about the machine}
     *
     * @param node a node of the measurement
     */
    public static String circumstances(PostgresNode node) throws SQLException {
        return ("Measured on %s: %d cores (%s), %s GB of memory, %s %s, Java %s; PostgreSQL %s on the same "
                        + "machine, durable (`fsync`, `synchronous_commit` and"
                        + " `full_page_writes` on), %s. There a commit of one small row, alone, takes %s ms.")
                .formatted(
                        LocalDate.now(ZoneOffset.UTC),
                        Runtime.getRuntime().availableProcessors(),
                        io.github.postgresxa.benchmarks.report.Machine.processor(),
                        memory(),
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        Runtime.version(),
                        node.queryForString("show server_version").split(" ")[0],
                        node.queryForString(
                                "select string_agg(name || '=' || current_setting(name), ', ' order by name) "
                                        + "from pg_settings"
                                        + " where name in ('max_connections', 'max_prepared_transactions', "
                                        + "'shared_buffers')"),
                        Figures.two(commitMillis(node)));
    }

    /** The cost of a forced write here: nearly all of what a commit costs. */
    static double commitMillis(PostgresNode node) throws SQLException {
        try (Connection c = node.connect();
                Statement s = c.createStatement()) {
            s.execute("create table if not exists commit_cost (a int)");
            long from = System.nanoTime();
            for (int i = 0; i < COMMITS; i++) {
                s.execute("insert into commit_cost values (1)");
            }
            double millis = (System.nanoTime() - from) / 1e6 / COMMITS;
            s.execute("drop table commit_cost");
            return millis;
        }
    }

    private static String memory() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
            return lines.filter(l -> l.startsWith("MemTotal"))
                    .findFirst()
                    .map(l -> String.format(
                            Locale.ROOT, "%.0f", Double.parseDouble(l.replaceAll("\\D", "")) / 1024 / 1024))
                    .orElse("?");
        } catch (IOException e) {
            return "?";
        }
    }
}
