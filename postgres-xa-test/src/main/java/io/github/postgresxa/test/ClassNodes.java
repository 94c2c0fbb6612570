package io.github.postgresxa.test;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The nodes of one test class: an empty database on each server, from the beginning of the class to its end. */
final class ClassNodes {
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final Set<String> IN_USE = ConcurrentHashMap.newKeySet();

    private final TestNodes declared;
    private final Map<String, ServerNode> nodes;
    private final Queue<Runnable> beforeEnd = new ConcurrentLinkedQueue<>();

    ClassNodes(TestNodes declared) {
        this(declared, new ConcurrentHashMap<>());
    }

    private ClassNodes(TestNodes declared, Map<String, ServerNode> nodes) {
        this.declared = declared;
        this.nodes = nodes;
    }

    /** {@return the same nodes, for the class that they turn out to belong to} */
    ClassNodes claimedBy(TestNodes owner) {
        if (owner.equals(declared)) {
            return this;
        }
        return new ClassNodes(owner, nodes);
    }

    TestNodes declared() {
        return declared;
    }

    List<String> names() {
        return declared.names();
    }

    void beforeEnd(Runnable action) {
        beforeEnd.add(action);
    }

    /** Lets everything close that uses the databases. */
    void end() {
        for (var action = beforeEnd.poll(); action != null; action = beforeEnd.poll()) {
            action.run();
        }
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
        var server = new ServerNode(name, TestServers.running(name, declared.settings()), "postgres");
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
            TestServers.running(node.name(), declared.settings());
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
