package io.github.postgresxa.operations;

import io.github.postgresxa.log.Sanitizer;
import io.github.postgresxa.node.ConnectionFailure;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connections of one order: to each node one for what is prepared there and, if it is a home, one for its
 * decisions. The two are apart, because a decision is proved while its own transaction is open. Each is opened on first
 * use, and closed after any error: the state of its session is then unknown. No two threads use the same one.
 *
 * <p>A node that gives no connection, or no answer, is not asked again: it would cost its time limit for each of
 * thousands of branches. For the rest of the order it counts as not reached.
 */
final class Wires implements AutoCloseable {

    /** The SQLSTATE of a connection that does not exist. */
    private static final String NO_CONNECTION = "08003";

    private final Map<Node, Wire> forBranches = new ConcurrentHashMap<>();
    private final Map<Node, Wire> forDecisions = new ConcurrentHashMap<>();
    private final Map<Node, String> lost = new ConcurrentHashMap<>();

    interface Use<T> {
        T with(Wire wire) throws SQLException;
    }

    <T> T branches(Node node, Use<T> use) throws SQLException {
        return use(forBranches, node, use);
    }

    <T> T decisions(Node home, Use<T> use) throws SQLException {
        return use(forDecisions, home, use);
    }

    /** {@return whether a node has stopped to answer during the order} */
    boolean isLost(Node node) {
        return lost.containsKey(node);
    }

    /** {@return the names of the nodes that have stopped to answer, each with what they or the driver reported} */
    Map<String, String> lost() {
        Map<String, String> problems = new TreeMap<>();
        lost.forEach((node, problem) -> problems.put(node.name(), problem));
        return Collections.unmodifiableMap(problems);
    }

    private <T> T use(Map<Node, Wire> open, Node node, Use<T> use) throws SQLException {
        String problem = lost.get(node);
        if (problem != null) {
            throw new SQLException(
                    "node '%s' is not asked again, because it has stopped to answer: %s"
                            .formatted(node.name(), problem),
                    NO_CONNECTION);
        }
        Wire wire = open.get(node);
        if (wire == null || wire.isClosed()) {
            wire = connect(node);
            open.put(node, wire);
        }
        try {
            return use.with(wire);
        } catch (Throwable e) {
            open.remove(node);
            // What another node reports while this one is in use leaves the connection of this one open.
            if (wire.isClosed()) {
                lose(node, e);
            }
            wire.abort();
            throw e;
        }
    }

    private Wire connect(Node node) throws SQLException {
        try {
            return node.connectForRecovery();
        } catch (Throwable e) {
            lose(node, e);
            throw e;
        }
    }

    private void lose(Node node, Throwable problem) {
        lost.putIfAbsent(node, Sanitizer.oneLine(ConnectionFailure.of(problem).sentences()));
    }

    @Override
    public void close() {
        forBranches.values().forEach(Wire::abort);
        forDecisions.values().forEach(Wire::abort);
    }
}
