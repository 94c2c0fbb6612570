package io.github.postgresxa.reliability.peers;

import io.github.postgresxa.reliability.load.Await;
import io.github.postgresxa.reliability.load.Instance;
import io.github.postgresxa.reliability.load.NodeAddress;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Three nodes, a network that can be made to fail, and one stack at a time. */
final class PeerTestBed implements AutoCloseable {

    private static final int START = 1_000;

    private final Peer peer;
    private final List<PostgresNode> nodes;
    private final Path directory;
    private final FaultPlan plan = new FaultPlan();
    private final Map<String, FaultProxy> links = new LinkedHashMap<>();

    PeerTestBed(Peer peer, List<PostgresNode> nodes, Path directory) {
        this.peer = peer;
        this.nodes = nodes;
        this.directory = directory;
        nodes.forEach(n -> links.put(n.name(), FaultProxy.before(n, plan)));
    }

    FaultPlan plan() {
        return plan;
    }

    PostgresNode node(String name) {
        return nodes.stream().filter(n -> n.name().equals(name)).findFirst().orElseThrow();
    }

    /** Starts an application through the network that can fail. */
    PeerProcess start(String name, List<String> its, String... options) {
        return launch(
                name,
                its.stream()
                        .map(n -> NodeAddress.through(
                                node(n), Objects.requireNonNull(links.get(n)).port()))
                        .toList(),
                options);
    }

    /** Starts an application that bypasses that network. */
    PeerProcess startDirectly(String name, List<String> its, String... options) {
        return launch(name, its.stream().map(n -> NodeAddress.direct(node(n))).toList(), options);
    }

    private PeerProcess launch(String name, List<NodeAddress> addresses, String... options) {
        return PeerProcess.start(
                new Instance(name, peer.factory(), directory, 0, 0, addresses),
                directory.resolve(name + ".log"),
                options);
    }

    /** Deletes what a transaction manager keeps on disk, as with a container without a volume. */
    void loseLog(String name) {
        Path log = directory.resolve(name);
        if (!Files.exists(log)) {
            return;
        }
        try (Stream<Path> files = Files.walk(log)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long prepared(String... names) {
        return Arrays.stream(names)
                .mapToLong(n -> node(n).preparedTransactions().size())
                .sum();
    }

    /** {@return whether nothing is prepared any more, on nodes that are up} */
    boolean settles(Duration limit, String... names) {
        return Await.within(limit, () -> prepared(names) == 0);
    }

    /** {@return the effect of a transaction, compared with what it was to do} */
    String state(String transaction) {
        Map<String, Long> wanted = new LinkedHashMap<>();
        for (String step : transaction.split(" ")) {
            String name = step.split("[-+?]")[0];
            if (!step.startsWith("!") && !step.startsWith("~") && !step.endsWith("?")) {
                wanted.merge(name, Long.parseLong(step.substring(name.length())), Long::sum);
            }
        }
        Map<String, Long> found = new LinkedHashMap<>();
        wanted.keySet()
                .forEach(n -> found.put(n, node(n).queryForLong("select balance from account where id = 1") - START));
        long prepared = prepared(wanted.keySet().toArray(String[]::new));
        String left = prepared == 0 ? "" : ", **%d left prepared**".formatted(prepared);
        if (found.equals(wanted)) {
            return "all legs" + left;
        }
        if (found.values().stream().allMatch(v -> v == 0)) {
            return "no leg" + left;
        }
        String legs = found.entrySet().stream()
                .map(e -> "%s %+d".formatted(e.getKey(), e.getValue()))
                .collect(Collectors.joining(", "));
        return (prepared == 0 ? "**partial**: " : "in part: ") + legs + left;
    }

    /** Starts every node and resets it: nothing prepared, every account as at the beginning. */
    void reset() {
        plan.clear();
        links.values().forEach(FaultProxy::heal);
        links.values().forEach(FaultProxy::cut);
        for (PostgresNode node : nodes) {
            node.resume();
            node.start();
            node.preparedTransactions()
                    .forEach(p -> node.execute("rollback prepared '" + p.gid().replace("'", "''") + "'"));
            node.execute(
                    "create table if not exists account (id int primary key, balance bigint not null check "
                            + "(balance >= 0))",
                    "insert into account values (1, %1$d) on conflict (id) do update set balance = %1$d"
                            .formatted(START));
        }
    }

    @Override
    public void close() {
        links.values().forEach(FaultProxy::close);
    }
}
