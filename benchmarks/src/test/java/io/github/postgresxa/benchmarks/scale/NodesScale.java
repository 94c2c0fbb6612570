package io.github.postgresxa.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.lang.management.ManagementFactory;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Very many nodes are configured and idle: each is a separate database, on two servers. {@code -Dscale.nodes} sets
 * their number, by default 1,000.
 */
@Part("nodes")
@PostgresNodes(
        value = {"east", "west"},
        settings = {"max_connections=700", "shared_buffers=128MB", "max_wal_size=4GB", "autovacuum=off"})
class NodesScale {

    private static final int ENOUGH = 1_000;
    private static final Duration IDLE = Duration.ofSeconds(Integer.getInteger("scale.idle", 90));
    private static final int LOOK = 20;

    private record Measured(
            int nodes,
            double firstStart,
            double start,
            int threadsAtStart,
            int threads,
            long connections,
            double heap,
            double cpu,
            double serverCpu,
            double transactions,
            double startTransactions) {}

    private final int count = Integer.getInteger("scale.nodes", ENOUGH);

    @Test
    void idleNodesCostLittle(PostgresNode east, PostgresNode west) throws Exception {
        List<NodeSettings> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            PostgresNode server = i % 2 == 0 ? east : west;
            String database = "node" + i;
            server.execute("create database " + database + " strategy = file_copy");
            all.add(new NodeSettings(
                    database,
                    server.jdbcUrl().replace("/" + server.database(), "/" + database),
                    server.username(),
                    server.password()));
        }
        List<Measured> measured = new ArrayList<>();
        try {
            for (int nodes : List.of(Math.min(10, count), Math.min(100, count), count)) {
                measured.add(measure(all.subList(0, nodes), east, west));
                System.err.println(measured.get(measured.size() - 1));
            }
            report(measured, Machine.circumstances(east));
        } finally {
            for (int i = 0; i < count; i++) {
                (i % 2 == 0 ? east : west).execute("drop database node" + i + " with (force)");
            }
        }
    }

    private static PostgresXa start(List<NodeSettings> nodes) {
        PostgresXa.Builder builder =
                PostgresXa.builder().transactionManager(ManagerKind.ATOMIKOS).name("scale");
        nodes.forEach(builder::node);
        return builder.build();
    }

    private static Measured measure(List<NodeSettings> nodes, PostgresNode... servers) throws Exception {
        long from = System.nanoTime();
        PostgresXa first = start(nodes);
        double firstStart = seconds(from);
        first.close();
        long before = Heap.used();
        ManagementFactory.getThreadMXBean().resetPeakThreadCount();
        ServerLoad beforeStart = ServerLoad.of(servers);
        from = System.nanoTime();
        long start = from;
        try (PostgresXa xa = start(nodes)) {
            double started = seconds(from);
            int threadsAtStart = ManagementFactory.getThreadMXBean().getPeakThreadCount();
            assertThat(xa.nodes()).allMatch(NodeStatus::reachable);
            Thread.sleep(IDLE.toMillis()); // Until threads that only the start needed have ended.
            double heap = Heap.used() - before;
            ManagementFactory.getThreadMXBean().resetPeakThreadCount();
            double whole = ServerLoad.of(servers).since(beforeStart).transactions();
            double wholeTime = seconds(start);
            ServerLoad load = ServerLoad.of(servers);
            double cpu = Heap.cpuSeconds();
            from = System.nanoTime();
            Thread.sleep(LOOK * 1_000L);
            double took = seconds(from);
            cpu = Heap.cpuSeconds() - cpu;
            int threads = ManagementFactory.getThreadMXBean().getPeakThreadCount();
            load = ServerLoad.of(servers).since(load);
            assertThat(xa.nodes()).allMatch(NodeStatus::reachable);
            return new Measured(
                    nodes.size(),
                    firstStart,
                    started,
                    threadsAtStart,
                    threads,
                    connections(servers),
                    heap,
                    cpu / took,
                    load.cpuSeconds() / took,
                    load.transactions() / took,
                    Math.max(0, whole - load.transactions() / took * wholeTime));
        }
    }

    private static double seconds(long from) {
        return (System.nanoTime() - from) / 1e9;
    }

    private static long connections(PostgresNode... servers) {
        return List.of(servers).stream()
                .mapToLong(s -> s.queryForLong(
                        "select count(*) from pg_stat_activity where application_name = 'postgres-xa scale'"))
                .sum();
    }

    private void report(List<Measured> measured, String circumstances) throws SQLException {
        StringBuilder text =
                new StringBuilder("""
                %s

                One instance (%s), default settings, no transaction. Each node is a separate database, all on two
                servers. The first start creates the schema of the decision log; the second one finds it. Threads are
                those of the process, 10 to 20 of them not ours: the most at any moment of the start, and the most in
                %d s when it has been idle for %d s. Processor time is in seconds for each second, of the instance and
                of both servers; transactions are those that end at both servers, nearly all of them scans of recovery
                (one for each node and `interval`, one for its statistics and one for the transaction manager each 10
                s); "by the start" is how many more than these the servers saw until then.

                | nodes | first start | start | threads at the start | threads when idle | connections | heap | \
                instance: processor | servers: processor | transactions per second | more transactions, by the start |
                |---|---|---|---|---|---|---|---|---|---|---|
                """.formatted(circumstances, "`PostgresXa`, no Spring", LOOK, IDLE.toSeconds()));
        measured.forEach(m -> text.append("| %s | %s s | **%s s** | %d | **%d** | %s | %s MB | %s | %s | %s | %s |%n"
                .formatted(
                        Figures.whole(m.nodes()),
                        Figures.two(m.firstStart()),
                        Figures.two(m.start()),
                        m.threadsAtStart(),
                        m.threads(),
                        Figures.whole(m.connections()),
                        Figures.one(m.heap() / 1e6),
                        Figures.two(m.cpu()),
                        Figures.two(m.serverCpu()),
                        Figures.whole(m.transactions()),
                        Figures.whole(m.startTransactions()))));
        Page.NODES.write(count >= ENOUGH, text.toString());
    }
}
