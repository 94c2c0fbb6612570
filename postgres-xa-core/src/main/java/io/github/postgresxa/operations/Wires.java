package io.github.postgresxa.operations;

import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connections of one order: to each node one for what is prepared there and, if it is a home, one for its
 * decisions. The two are apart, because a decision is proved while its own transaction is open. Each is opened on first
 * use, and closed after any error: the state of its session is then unknown. No two threads use the same one.
 */
final class Wires implements AutoCloseable {

    private final Map<Node, Wire> forBranches = new ConcurrentHashMap<>();
    private final Map<Node, Wire> forDecisions = new ConcurrentHashMap<>();

    interface Use<T> {
        T with(Wire wire) throws SQLException;
    }

    <T> T branches(Node node, Use<T> use) throws SQLException {
        return use(forBranches, node, use);
    }

    <T> T decisions(Node home, Use<T> use) throws SQLException {
        return use(forDecisions, home, use);
    }

    private static <T> T use(Map<Node, Wire> open, Node node, Use<T> use) throws SQLException {
        Wire wire = open.get(node);
        if (wire == null || wire.isClosed()) {
            wire = node.connectForRecovery();
            open.put(node, wire);
        }
        try {
            return use.with(wire);
        } catch (Throwable e) {
            open.remove(node);
            wire.abort();
            throw e;
        }
    }

    @Override
    public void close() {
        forBranches.values().forEach(Wire::abort);
        forDecisions.values().forEach(Wire::abort);
    }
}
