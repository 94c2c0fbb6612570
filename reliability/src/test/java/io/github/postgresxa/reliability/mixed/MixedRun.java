package io.github.postgresxa.reliability.mixed;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.reliability.load.Await;
import io.github.postgresxa.reliability.load.NodeAddress;
import io.github.postgresxa.test.PostgresNode;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Two nodes, a broker and orders, for instances that come and go. */
final class MixedRun implements AutoCloseable {

    private final Path directory;
    private final ManagerKind manager;
    private final List<PostgresNode> nodes;
    private final MixedOptions options;
    private final Ledger ledger;
    private final Broker broker;
    private final List<Integer> confirmed = new ArrayList<>();
    private int ordered;

    /**
     * Sets up the tables and starts the broker.
     *
     * @param directory for all files
     * @param manager the manager of the instances
     * @param nodes two nodes
     * @param options how instances are run
     */
    MixedRun(Path directory, ManagerKind manager, List<PostgresNode> nodes, MixedOptions options) throws Exception {
        this.directory = directory;
        this.manager = manager;
        this.nodes = nodes;
        this.options = options;
        this.ledger = new Ledger(nodes);
        this.broker = Broker.start(directory.resolve("broker"));
    }

    MixedOptions options() {
        return options;
    }

    List<PostgresNode> nodes() {
        return nodes;
    }

    /**
     * Starts an instance, in its own directory.
     *
     * @param number its number
     * @param addresses where it reaches the nodes
     * @param steps receives the name of each step
     * @return its process
     */
    InstanceProcess start(int number, List<NodeAddress> addresses, Consumer<String> steps) {
        MixedInstance instance = new MixedInstance(number, manager, broker.url(), addresses);
        Path own = directory.resolve(instance.name());
        try {
            if (!options.keepsDirectory()) {
                delete(own);
            }
            return InstanceProcess.start(instance, Files.createDirectories(own), directory, steps);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    void restartBroker() throws Exception {
        broker.restart();
    }

    synchronized void order(int count) throws JMSException {
        broker.order(ordered, count);
        ordered += count;
    }

    /** Orders more where instances could run out of orders. */
    void orderIfFew() throws JMSException {
        if (broker.orders() < options.instances()) {
            order(options.instances());
        }
    }

    synchronized int ordered() {
        return ordered;
    }

    /** {@return the branches that are prepared at the nodes and at the broker} */
    Set<String> prepared() {
        Set<String> prepared = new HashSet<>(broker.prepared());
        nodes.forEach(n -> n.preparedTransactions().forEach(gid -> prepared.add(n.name() + " " + gid)));
        return prepared;
    }

    /** Waits until no order is left and nothing is prepared anywhere. Then each order must be done once. */
    void settle(Duration limit) throws Exception {
        Await.until(
                limit,
                "all orders are done and nothing is prepared, see " + directory,
                () -> broker.orders() == 0 && prepared().isEmpty());
        verify();
    }

    private synchronized void verify() throws Exception {
        confirmed.addAll(broker.takeConfirmations());
        assertThat(confirmed)
                .as("confirmations, see " + directory)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, ordered).boxed().toList());
        ledger.verify(ordered);
        assertThat(prepared()).isEmpty();
    }

    @Override
    public void close() {
        broker.close();
    }
}
