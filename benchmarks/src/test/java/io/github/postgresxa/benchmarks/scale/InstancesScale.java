package io.github.postgresxa.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Several instances of an application use the same two nodes: what they cost when idle, and whether two share the
 * work as well as one.
 */
@Part("instances")
@PostgresNodes({"east", "west"})
class InstancesScale {

    private static final int LOOK = 20;
    private static final int CLIENTS = 8;
    private static final int ROUNDS = Integer.getInteger("scale.rounds", 5);
    private static final Duration RUN = Duration.ofSeconds(5);

    private record Idle(
            int instances, long connections, double transactions, double cpu, double serverCpu, double flushes) {}

    @Test
    void instancesCostLittleWhenIdleAndDoNotHinderEachOther(PostgresNode east, PostgresNode west) throws Exception {
        List<Idle> idle = new ArrayList<>();
        for (int instances : List.of(1, 2, 4, 8)) {
            idle.add(idle(instances, east, west));
            System.err.println(idle.get(idle.size() - 1));
        }
        for (PostgresNode node : List.of(east, west)) {
            node.execute(
                    "create table account (id int primary key, balance bigint not null)",
                    "insert into account select i, 0 from generate_series(1, %d) i".formatted(CLIENTS));
        }
        Map<Integer, List<Double>> rates = new HashMap<>();
        for (int round = 0; round <= ROUNDS; round++) {
            for (int instances : List.of(1, 2)) {
                double rate = throughput(instances, east, west);
                if (round > 0) {
                    rates.computeIfAbsent(instances, i -> new ArrayList<>()).add(rate);
                }
            }
        }
        assertThat(east.queryForLong("select sum(balance) from account")
                        + west.queryForLong("select sum(balance) from account"))
                .isZero();
        assertThat(east.preparedTransactions()).isEmpty();
        report(idle, rates, Machine.circumstances(east));
    }

    private static List<PostgresXa> start(int instances, PostgresNode... nodes) {
        List<PostgresXa> all = new ArrayList<>();
        for (int i = 0; i < instances; i++) {
            all.add(Servers.builder(nodes).build());
        }
        return all;
    }

    private static Idle idle(int instances, PostgresNode... nodes) throws InterruptedException {
        List<PostgresXa> all = start(instances, nodes);
        try {
            Thread.sleep(2_000);
            ServerLoad load = ServerLoad.of(nodes);
            double cpu = Heap.cpuSeconds();
            long from = System.nanoTime();
            Thread.sleep(LOOK * 1_000L);
            double took = (System.nanoTime() - from) / 1e9;
            cpu = Heap.cpuSeconds() - cpu;
            load = ServerLoad.of(nodes).since(load);
            long connections = List.of(nodes).stream()
                    .mapToLong(n -> n.queryForLong(
                            "select count(*) from pg_stat_activity where application_name = 'postgres-xa scale'"))
                    .sum();
            return new Idle(
                    instances,
                    connections,
                    load.transactions() / took,
                    cpu / took,
                    load.cpuSeconds() / took,
                    load.flushes() / took);
        } finally {
            all.forEach(PostgresXa::close);
        }
    }

    /** {@return transfers per second of all clients together} */
    private static double throughput(int instances, PostgresNode... nodes) throws Exception {
        List<PostgresXa> all = start(instances, nodes);
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            long from = System.nanoTime();
            List<Future<Integer>> done = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                int account = client + 1;
                PostgresXa xa = all.get(client % instances);
                done.add(clients.submit(() -> work(xa, account, from + RUN.toNanos())));
            }
            double transfers = 0;
            for (Future<Integer> one : done) {
                transfers += one.get();
            }
            return transfers / ((System.nanoTime() - from) / 1e9);
        } finally {
            clients.shutdown();
            all.forEach(PostgresXa::close);
        }
    }

    private static int work(PostgresXa xa, int account, long until) throws Exception {
        int transfers = 0;
        while (System.nanoTime() < until) {
            xa.userTransaction().begin();
            for (String node : List.of("east", "west")) {
                try (Connection c = xa.dataSource(node).getConnection();
                        Statement s = c.createStatement()) {
                    s.executeUpdate("update account set balance = balance %s where id = %d"
                            .formatted(node.equals("east") ? "- 1" : "+ 1", account));
                }
            }
            xa.userTransaction().commit();
            transfers++;
        }
        return transfers;
    }

    private static void report(List<Idle> idle, Map<Integer, List<Double>> rates, String circumstances) {
        StringBuilder text = new StringBuilder("""
                %s

                Instances (`PostgresXa` without Spring, all in one JVM) with the default settings on the same two
                nodes, without any transaction, observed for %d s. Processor time is in seconds for each second.

                | instances | connections at both nodes | transactions per second at both | forced writes per second \
                at both | processor: all instances | processor: both servers |
                |---|---|---|---|---|---|
                """.formatted(circumstances, LOOK));
        idle.forEach(i -> text.append("| %d | %s | %s | %s | %s | %s |%n"
                .formatted(
                        i.instances(),
                        Figures.whole(i.connections()),
                        Figures.one(i.transactions()),
                        Figures.one(i.flushes()),
                        Figures.two(i.cpu()),
                        Figures.two(i.serverCpu()))));
        text.append(("%n%d clients transfer between their own two accounts, on both nodes, for %d s; median of %d "
                        + "rounds in turns: **%s transfers per second** in one instance, **%s** in two with "
                        + "half of the clients each.%n")
                .formatted(
                        CLIENTS,
                        RUN.toSeconds(),
                        ROUNDS,
                        Figures.whole(Figures.median(rates.getOrDefault(1, List.of()))),
                        Figures.whole(Figures.median(rates.getOrDefault(2, List.of())))));
        Page.INSTANCES.write(true, text.toString());
    }
}
