package io.github.postgresxa.test;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which nodes belong to the test class that runs now. */
final class TestNodes {
    /** A nested class with its own nodes adds them to those of the class around it. */
    private static final Deque<ClassNodes> OPEN = new ArrayDeque<>();

    /** Nodes that static code asked for before its class began. */
    private static @Nullable ClassNodes early;

    private TestNodes() {}

    static synchronized ClassNodes open(List<String> names, List<String> settings) {
        var nodes = claimEarly(settings);
        nodes.start(names);
        OPEN.push(nodes);
        return nodes;
    }

    static synchronized void close(ClassNodes nodes) {
        OPEN.remove(nodes);
        nodes.close();
    }

    static synchronized PostgresNode node(String name) {
        var open = OPEN.peek();
        if (open != null) {
            return open.node(name);
        }
        if (early == null) {
            early = new ClassNodes(List.of());
        }
        return early.node(name);
    }

    private static ClassNodes claimEarly(List<String> settings) {
        var claimed = early;
        early = null;
        if (claimed != null && !claimed.settings().equals(settings)) {
            claimed.close();
            claimed = null;
        }
        return claimed == null ? new ClassNodes(settings) : claimed;
    }
}
