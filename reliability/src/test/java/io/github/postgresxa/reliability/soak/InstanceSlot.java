package io.github.postgresxa.reliability.soak;

import io.github.postgresxa.reliability.load.Application;
import io.github.postgresxa.reliability.load.ClientLog;
import io.github.postgresxa.reliability.load.Instance;
import io.github.postgresxa.reliability.load.NodeAddress;
import io.github.postgresxa.reliability.load.PostgresXaStack;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultProxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * Where one instance of the application runs, with its own network to every node. A killed instance is followed by
 * another.
 */
final class InstanceSlot implements AutoCloseable {

    private static final int CLIENTS = 8;

    private final String name;
    private final Path directory;
    private final ClientLog log;
    private final FaultPlan plan = new FaultPlan();
    private final List<FaultProxy> links;
    private final Random seeds;
    private Application application;
    private int generation;

    InstanceSlot(String name, Path directory, ClientLog log, List<PostgresNode> nodes, long seed) {
        this.name = name;
        this.directory = directory;
        this.log = log;
        this.links = nodes.stream().map(n -> FaultProxy.before(n, plan)).toList();
        this.seeds = new Random(seed);
        this.application = launch();
    }

    private Application launch() {
        List<NodeAddress> addresses = links.stream()
                .map((Function<FaultProxy, NodeAddress>) l -> NodeAddress.through(l.node(), l.port()))
                .toList();
        Instance instance = new Instance(
                name + ++generation,
                PostgresXaStack.Factory.class.getName(),
                directory,
                CLIENTS,
                seeds.nextLong(),
                addresses);
        return Application.launch(instance, directory.resolve(name + ".log"), log);
    }

    synchronized Application application() {
        return application;
    }

    FaultPlan plan() {
        return plan;
    }

    List<FaultProxy> links() {
        return links;
    }

    synchronized void begin() {
        application.awaitReady().work();
    }

    /** Kills the instance with SIGKILL; everything that it has printed is in the log. */
    synchronized void kill() {
        application.kill();
        application.awaitLastWords();
    }

    synchronized void startAnother() {
        if (!application.isAlive()) {
            application = launch();
            begin();
        }
    }

    /** Ends every fault that is not a kill. */
    void heal() {
        plan.clear();
        links.forEach(FaultProxy::heal);
        if (application().isAlive()) {
            application().thaw();
        }
    }

    @Override
    public void close() {
        application().close();
        links.forEach(FaultProxy::close);
    }

    @Override
    public String toString() {
        return name;
    }
}
