package io.github.postgresxa.samples.bank.embedded;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultProxy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bank's own servers. They keep their data, and a server that dies is started again.
 *
 * <p>The bank reaches each through a proxy, so that the page can cut the network, and hold or lose a message.
 */
public final class EmbeddedNodes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedNodes.class);

    private final Path directory;
    private final List<String> names;
    private final FaultPlan plan = new FaultPlan();
    private List<PostgresNode> running = List.of();
    private List<FaultProxy> proxies = List.of();
    private @Nullable Supervisor supervisor;

    EmbeddedNodes(Path directory, List<String> names) {
        this.directory = directory.toAbsolutePath();
        this.names = names;
    }

    /** Starts all servers at once, or takes over those that a killed bank has left. */
    synchronized void start() {
        LOG.info("No servers are configured: {} run here, with their data in {}", names, directory);
        var starting = names.stream().map(this::startInBackground).toList();
        running = starting.stream()
                .filter(start ->
                        start.handle((node, failure) -> failure == null).join())
                .map(CompletableFuture::join)
                .toList();
        try {
            starting.forEach(CompletableFuture::join);
        } catch (CompletionException e) {
            close();
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
        proxies = running.stream().map(node -> FaultProxy.before(node, plan)).toList();
        supervisor = new Supervisor(running);
    }

    /** Uses a separate thread, because the context class loader of the common pool cannot read an executable jar. */
    private CompletableFuture<PostgresNode> startInBackground(String name) {
        return CompletableFuture.supplyAsync(() -> start(name), work -> new Thread(work, "bank-start-" + name).start());
    }

    private PostgresNode start(String name) {
        var node = PostgresNode.embedded(name, directory.resolve(name))
                .database("bank")
                .start();
        LOG.info("Node {} is {}", name, node.jdbcUrl());
        return node;
    }

    /** {@return the proxy of each node that {@link #start} has started} */
    public synchronized List<FaultProxy> proxies() {
        return proxies;
    }

    /** {@return the plan of the faults on the way to all nodes} */
    public FaultPlan plan() {
        return plan;
    }

    @Override
    public synchronized void close() {
        plan.clear();
        proxies.forEach(FaultProxy::close);
        proxies = List.of();
        if (supervisor != null) {
            supervisor.close();
            supervisor = null;
        }
        running.parallelStream().forEach(PostgresNode::stop);
        running = List.of();
    }
}
