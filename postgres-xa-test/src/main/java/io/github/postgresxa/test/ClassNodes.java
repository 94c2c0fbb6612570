package io.github.postgresxa.test;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The nodes of one test class: an empty database on each server, from the beginning of the class to its end. */
final class ClassNodes {
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final Set<String> IN_USE = ConcurrentHashMap.newKeySet();

    private final List<String> settings;
    private final Map<String, ServerNode> nodes = new ConcurrentHashMap<>();

    ClassNodes(List<String> settings) {
        this.settings = settings;
    }

    List<String> settings() {
        return settings;
    }

    /** If one of them fails, the next class clears the others away. */
    void start(Collection<String> names) {
        try {
            atOnce(names, this::node);
        } catch (RuntimeException e) {
            release();
            throw e;
        }
    }

    /** {@return the node, started if this class has not asked for it yet} */
    PostgresNode node(String name) {
        var existing = nodes.get(name);
        if (existing != null) {
            return existing;
        }
        var server = new ServerNode(name, TestServers.running(name, settings), "postgres");
        Databases.sweep(server, IN_USE);
        var node = Databases.createEmpty(server, DATABASES.incrementAndGet());
        IN_USE.add(node.database());
        nodes.put(name, node);
        return node;
    }

    /** Drops the databases, on servers that the tests may have left stopped or paused. */
    void close() {
        release();
        atOnce(nodes.values(), node -> {
            TestServers.running(node.name(), settings);
            Databases.drop(node);
        });
    }

    private void release() {
        nodes.values().forEach(node -> IN_USE.remove(node.database()));
    }

    private static <T> void atOnce(Collection<T> subjects, Consumer<T> work) {
        var threads = Executors.newCachedThreadPool();
        try {
            var all = subjects.stream()
                    .distinct()
                    .map(subject -> CompletableFuture.runAsync(() -> work.accept(subject), threads))
                    .toArray(CompletableFuture[]::new);
            CompletableFuture.allOf(all).join();
        } finally {
            threads.shutdown();
        }
    }
}
