package io.github.postgresxa.reliability.load;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.fault.Fault;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultPoint;
import io.github.postgresxa.test.fault.FaultProxy;
import io.github.postgresxa.test.fault.MessageFilter;
import io.github.postgresxa.test.fault.Position;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * Where one instance of the application runs, with its own network to every node. A killed instance is followed by
 * another.
 */
public final class InstanceSlot implements AutoCloseable {

    private static final int CLIENTS = 8;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final String name;
    private final String classPath;
    private final Path directory;
    private final ClientLog log;
    private final FaultPlan plan = new FaultPlan();
    private final List<FaultProxy> links;
    private final Random seeds;
    private Application application;
    private int generation;

    /**
     * Launches the first instance, without waiting for it.
     *
     * @param name the beginning of its instances' names
     * @param classPath the class path of its instances: of this version, or of an earlier one
     * @param directory for what its instances write
     * @param log the log of the instances' clients
     * @param nodes the nodes
     * @param seed the seed of the clients' choices
     */
    public InstanceSlot(
            String name, String classPath, Path directory, ClientLog log, List<PostgresNode> nodes, long seed) {
        this.name = name;
        this.classPath = classPath;
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
        return Application.launch(instance, classPath, directory.resolve(name + ".log"), log);
    }

    /** {@return its present instance, which may be dead} */
    public synchronized Application application() {
        return application;
    }

    /** {@return the faults of its messages} */
    public FaultPlan plan() {
        return plan;
    }

    /** {@return its network, one link to each node} */
    public List<FaultProxy> links() {
        return links;
    }

    /** Waits until its instance is ready, and lets the clients work. */
    public synchronized void begin() {
        application.awaitReady().work();
    }

    /** Kills the instance with SIGKILL; everything that it has printed is in the log. */
    public synchronized void kill() {
        application.kill();
        application.awaitLastWords();
    }

    /**
     * Kills the instance with SIGKILL as it is about to send a message, which dies with it.
     *
     * @param message picks the message
     * @param number which of the messages that are picked, from 1
     * @throws InterruptedException if the thread is interrupted while it waits for that message
     */
    public void killAt(MessageFilter message, int number) throws InterruptedException {
        FaultPoint at = plan.at(message).nth(number);
        Fault fault = at.call(Position.BEFORE_FORWARDING, this::kill);
        at.loseRequest();
        fault.awaitFired(LIMIT);
        plan.clear();
    }

    /** Starts the next instance, and lets its clients work, if the last one is dead. */
    public synchronized void startAnother() {
        if (!application.isAlive()) {
            application = launch();
            begin();
        }
    }

    /** Ends every fault that is not a kill. */
    public void heal() {
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
