package io.github.postgresxa.benchmarks.measurement;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.benchmarks.contender.Setting;
import io.github.postgresxa.benchmarks.network.Distance;
import io.github.postgresxa.benchmarks.processor.Usage;
import io.github.postgresxa.benchmarks.work.Mix;
import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.test.PostgresNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The servers, and the money on them. */
public final class Nodes implements AutoCloseable {

    private static final long START = 1_000;
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final Duration LIMIT_OF_SESSIONS = Duration.ofSeconds(3);

    private final List<PostgresNode> nodes;
    private final Map<Duration, Distance> distances = new HashMap<>();
    private final Map<Duration, Map<String, Integer>> ports = new HashMap<>();

    /**
     * Creates the accounts.
     *
     * @param nodes servers with empty databases
     */
    public Nodes(List<PostgresNode> nodes) {
        this.nodes = List.copyOf(nodes);
        for (PostgresNode node : nodes) {
            node.execute(
                    "create table account (id int primary key, balance bigint not null) with (fillfactor = 50)",
                    "insert into account select i, %d from generate_series(1, %d) i".formatted(START, Mix.ALL_ACCOUNTS),
                    "vacuum analyze account",
                    handDecisions());
        }
    }

    /** The hand-written protocol has the decision log of this project, under another name. */
    private static String handDecisions() {
        return new DecisionSchema(new DecisionSettings("hand", false, DecisionSettings.DEFAULT.retention(), false))
                .text();
    }

    List<PostgresNode> first(int count) {
        return nodes.subList(0, count);
    }

    /** {@return the first nodes, each at its distance by its place} */
    List<Setting.Address> addresses(int count, IntFunction<Duration> distance) {
        return IntStream.range(0, count)
                .mapToObj(i -> address(nodes.get(i), port(nodes.get(i), distance.apply(i))))
                .toList();
    }

    static Setting.Address address(PostgresNode node, int port) {
        return new Setting.Address(node.name(), port, node.database(), Usage.postmaster(node));
    }

    private int port(PostgresNode node, Duration distance) {
        if (distance.isZero()) {
            return node.port();
        }
        return ports.computeIfAbsent(distance, d -> new HashMap<>())
                .computeIfAbsent(
                        node.name(),
                        name -> distances
                                .computeIfAbsent(distance, Distance::new)
                                .to(node));
    }

    /**
     * Forces a checkpoint now, not later, and pays at once for the full-page writes that the next change of each page
     * costs.
     */
    void beginBlock(int count) {
        for (PostgresNode node : first(count)) {
            tidy(node);
            node.execute("checkpoint", "update account set balance = balance", "vacuum account");
        }
    }

    /** Cleans up, so that what one contender leaves does not slow the next one down. */
    void tidy(int count) {
        first(count).forEach(Nodes::tidy);
    }

    private static void tidy(PostgresNode node) {
        node.execute("delete from hand.decision", "vacuum hand.decision", "vacuum account");
        if (node.queryForLong("select count(*) from pg_class where oid = to_regclass('pgxa.decision')") > 0) {
            node.execute("delete from pgxa.decision", "vacuum pgxa.decision");
        }
    }

    /** {@return the sum of all balances, node by node} */
    long[] money(int count) {
        return first(count).stream()
                .mapToLong(n -> n.queryForLong("select sum(balance) from account"))
                .toArray();
    }

    /** {@return whether nothing is prepared any more; transactions in progress may still end} */
    boolean nothingPrepared(int count) {
        return within(LIMIT, () -> prepared(count) == 0);
    }

    /** {@return the number of prepared transactions} */
    long prepared(int count) {
        return first(count).stream()
                .mapToLong(n -> n.preparedTransactions().size())
                .sum();
    }

    /** Ends what a contender left prepared, so that the next one finds no locks. */
    void rollbackPrepared(int count) {
        for (PostgresNode node : first(count)) {
            node.preparedTransactions().stream()
                    .filter(p -> p.database().equals(node.database()))
                    .forEach(p -> node.execute("rollback prepared '" + p.gid().replace("'", "''") + "'"));
        }
    }

    /** {@return forced flushes of the write-ahead log by sessions, which report them when they end, at the latest} */
    long flushes() {
        return nodes.stream().mapToLong(PostgresNode::flushes).sum();
    }

    /** {@return the end of the write-ahead log, summed over all nodes} */
    long walPosition() {
        return sum("select pg_current_wal_insert_lsn() - '0/0'::pg_lsn");
    }

    private long sum(String query) {
        return nodes.stream().mapToLong(n -> n.queryForLong(query)).sum();
    }

    /** Waits until the contender's sessions have ended. */
    void quiet() {
        within(
                LIMIT_OF_SESSIONS,
                () -> sum("select count(*) from pg_stat_activity where backend_type = 'client backend' and "
                                + "pid <> pg_backend_pid()"
                                + " and datname = current_database()")
                        == 0);
    }

    /** {@return the median time of a forced write of one page to the first node's log directory, in microseconds} */
    public long forcedWriteMicros() {
        Path directory = nodes.get(0).dataDirectory().orElse(Path.of("target"));
        long[] times = new long[101];
        try {
            Path file = Files.createTempFile(directory, "forced", ".tmp");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                for (int i = 0; i < times.length; i++) {
                    ByteBuffer page = ByteBuffer.allocate(8192);
                    long began = System.nanoTime();
                    channel.write(page, 0);
                    channel.force(false);
                    times[i] = System.nanoTime() - began;
                }
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Arrays.sort(times);
        return times[times.length / 2] / 1000;
    }

    /** {@return PostgreSQL's version} */
    public String version() {
        return nodes.get(0).queryForString("show server_version").split(" ", 2)[0];
    }

    /** {@return the number of nodes} */
    public int count() {
        return nodes.size();
    }

    private static boolean within(Duration limit, Callable<Boolean> condition) {
        long end = System.nanoTime() + limit.toNanos();
        try {
            while (!condition.call()) {
                if (System.nanoTime() > end) {
                    return false;
                }
                Thread.sleep(5);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (Exception e) {
            throw new IllegalStateException("the nodes cannot be queried", e);
        }
    }

    @Override
    public void close() {
        distances.values().forEach(Distance::close);
    }
}
