package io.github.postgresxa.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A server lists very many prepared transactions that do not concern this node. Measures what a scan of recovery
 * costs then. {@code -Dscale.prepared} sets their number, by default 10,000.
 */
@Part("scan")
@PostgresNodes(
        value = {"east"},
        settings = {"max_prepared_transactions=12000", "max_locks_per_transaction=16", "shared_buffers=128MB"})
class ScanScale {

    private static final int ENOUGH = 10_000;
    private static final int LOOKS = 100;
    private static final int AT_ONCE = 50;
    private static final double TARGET = 50;

    private record Measured(String name, double median, double most) {}

    private final int count = Integer.getInteger("scale.prepared", ENOUGH);
    private final List<Measured> measured = new ArrayList<>();

    @Test
    void whatIsNotOursIsCountedQuicklyAndLeft(PostgresNode east) throws Exception {
        Servers.schema(east);
        east.execute("create database other");
        look(east, "nothing is prepared", 0);
        prepare(east, east.database(), "somebody else''s %d");
        look(east, "%s of others in the node's own database", count);
        clear(east, east.database());
        prepare(east, "other", "somebody else''s %d");
        look(east, "%s of others in another database of the server", count);
        clear(east, "other");
        prepare(east, "other", "pgxa/1/00000000-0000-0000-0000-%012d/0000000000000000/0000000000000000");
        look(east, "%s of ours in another database of the server", count);
        clear(east, "other");
        east.execute("drop database other");
        report(Machine.circumstances(east));
    }

    /** A pass sends no other query: there is no branch of ours. */
    private void look(PostgresNode node, String name, int listed) {
        NodeSettings settings = Servers.settings(node);
        List<Double> millis = new ArrayList<>();
        try (PostgresXa xa = PostgresXa.builder()
                .transactionManager(ManagerKind.ATOMIKOS)
                .node(settings)
                .recovery(new RecoverySettings(true, Duration.ofHours(1), Duration.ofSeconds(2)))
                .build()) {
            for (int i = 0; i < LOOKS * 2; i++) {
                long from = System.nanoTime();
                assertThat(xa.recoverNow().problems()).isEmpty();
                if (i >= LOOKS) {
                    millis.add((System.nanoTime() - from) / 1e6);
                }
            }
            assertThat(xa.nodes().get(0).preparedForeign()).isEqualTo(listed);
            assertThat(xa.nodes().get(0).preparedOurs()).isZero();
        }
        assertThat(node.queryForLong("select count(*) from pg_prepared_xacts")).isEqualTo(listed);
        measured.add(new Measured(
                name.formatted(Figures.whole(listed)), Figures.median(millis), Figures.percentile(millis, 99)));
        System.err.println(measured.get(measured.size() - 1));
    }

    private static Connection connect(PostgresNode node, String database) throws SQLException {
        return java.sql.DriverManager.getConnection(
                node.jdbcUrl().replace("/" + node.database(), "/" + database), node.username(), node.password());
    }

    private void prepare(PostgresNode node, String database, String name) throws SQLException {
        try (Connection c = connect(node, database);
                Statement s = c.createStatement()) {
            for (int from = 0; from < count; from += AT_ONCE) {
                StringBuilder sql = new StringBuilder();
                for (int i = from; i < Math.min(count, from + AT_ONCE); i++) {
                    sql.append("begin; select pg_current_xact_id(); prepare transaction '%s';"
                            .formatted(name.formatted(i)));
                }
                s.execute(sql.toString());
            }
        }
    }

    private static void clear(PostgresNode node, String database) throws SQLException {
        StringBuilder sql = new StringBuilder();
        node.preparedTransactions()
                .forEach(p ->
                        sql.append("rollback prepared '%s';".formatted(p.gid().replace("'", "''"))));
        try (Connection c = connect(node, database);
                Statement s = c.createStatement()) {
            s.execute(sql.toString());
        }
    }

    private void report(String circumstances) {
        StringBuilder text = new StringBuilder("""
                %s

                One pass of recovery over one node (`recoverNow()`), %d times after as many to warm up, while the
                server lists what is not this node's business. Checked: all of it is counted as foreign, and all of it
                is still there.

                | the server lists | median | p99 |
                |---|---|---|
                """.formatted(circumstances, LOOKS));
        measured.forEach(m -> text.append(
                "| %s | **%s ms** | %s ms |%n".formatted(m.name(), Figures.one(m.median()), Figures.one(m.most()))));
        text.append("%nAsked: at most %.0f ms with 10,000: %s.%n"
                .formatted(TARGET, measured.stream().allMatch(m -> m.median() <= TARGET) ? "met" : "**missed**"));
        Page.SCAN.write(count >= ENOUGH, text.toString());
    }
}
