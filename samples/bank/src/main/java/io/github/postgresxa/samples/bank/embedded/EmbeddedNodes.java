package io.github.postgresxa.samples.bank.embedded;

import io.github.postgresxa.test.PostgresNode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bank's own servers. They keep their data, and one that dies is started again. */
final class EmbeddedNodes implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedNodes.class);

    private final Path directory;
    private final List<String> names;
    private List<PostgresNode> running = List.of();
    private @Nullable Supervisor supervisor;

    EmbeddedNodes(Path directory, List<String> names) {
        this.directory = directory.toAbsolutePath();
        this.names = names;
    }

    /** Starts all at once, or takes over those that a killed bank has left. */
    synchronized void start() {
        log.info("No servers are configured: {} run here, with their data in {}", names, directory);
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
        supervisor = new Supervisor(running);
    }

    /** In a thread of its own, because the context class loader of the common pool does not know an executable jar. */
    private CompletableFuture<PostgresNode> startInBackground(String name) {
        return CompletableFuture.supplyAsync(() -> start(name), work -> new Thread(work, "bank-start-" + name).start());
    }

    private PostgresNode start(String name) {
        var node = PostgresNode.embedded(name, directory.resolve(name))
                .database("bank")
                .start();
        log.info("Node {} is {}", name, node.jdbcUrl());
        return node;
    }

    /** {@return the nodes that {@link #start} has started} */
    synchronized List<PostgresNode> running() {
        return running;
    }

    @Override
    public synchronized void close() {
        if (supervisor != null) {
            supervisor.close();
            supervisor = null;
        }
        running.parallelStream().forEach(PostgresNode::stop);
        running = List.of();
    }
}
