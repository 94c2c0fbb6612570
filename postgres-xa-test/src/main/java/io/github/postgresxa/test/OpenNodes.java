package io.github.postgresxa.test;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which nodes belong to the test class that runs now. */
final class OpenNodes {
    /** Declares what static code gets that asks for a node before any class. */
    private static final TestNodes UNKNOWN = new TestNodes(OpenNodes.class, List.of(), List.of());

    /** A nested class with its own nodes adds them to those of the class around it. */
    private static final Deque<ClassNodes> OPEN = new ArrayDeque<>();

    /** Nodes that were asked for before their class began. */
    private static @Nullable ClassNodes early;

    private OpenNodes() {}

    static synchronized ClassNodes open(TestNodes declared) {
        var nodes = claimEarly(declared);
        nodes.start(declared.names());
        OPEN.push(nodes);
        return nodes;
    }

    /** What uses the nodes ends outside of the lock: its threads may ask for a node. */
    static void close(ClassNodes nodes) {
        try {
            nodes.end();
        } finally {
            synchronized (OpenNodes.class) {
                OPEN.remove(nodes);
                nodes.close();
            }
        }
    }

    static synchronized PostgresNode node(String name) {
        if (early != null) {
            return early.node(name);
        }
        var open = OPEN.peek();
        if (open != null) {
            return open.node(name);
        }
        early = new ClassNodes(UNKNOWN);
        return early.node(name);
    }

    /** {@return the nodes of the class, which may not have begun yet: an instance of it may be made first} */
    static synchronized ClassNodes of(TestNodes declared) {
        for (ClassNodes open : OPEN) {
            if (open.declared().equals(declared)) {
                return open;
            }
        }
        early = claimEarly(declared);
        early.start(declared.names());
        return early;
    }

    /** {@return the names of the nodes of the class that runs now; empty if it has none} */
    static synchronized List<String> names() {
        var current = OPEN.peek();
        return current == null ? List.of() : current.names();
    }

    private static ClassNodes claimEarly(TestNodes declared) {
        var claimed = early;
        early = null;
        if (claimed != null && !fits(claimed.declared(), declared)) {
            claimed.end();
            claimed.close();
            claimed = null;
        }
        return claimed == null ? new ClassNodes(declared) : claimed.claimedBy(declared);
    }

    /** What another class asked for and then did not begin with may hold that class's data. */
    private static boolean fits(TestNodes early, TestNodes declared) {
        return early.equals(declared)
                || early.testClass() == UNKNOWN.testClass() && early.settings().equals(declared.settings());
    }
}
