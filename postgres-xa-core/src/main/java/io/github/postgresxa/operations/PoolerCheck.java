package io.github.postgresxa.operations;

import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.util.List;

/**
 * Checks whether a pooler is between this process and the server. A pooler answers the login with its own key, so the
 * process number that the client received is not that of the session. If a second client gets the first one's session
 * while that one is still connected, the pooler shares sessions between transactions.
 */
final class PoolerCheck {

    private static final String ME = "select pg_backend_pid()";

    private PoolerCheck() {}

    static List<Finding> findings(Node node, Wire wire) throws SQLException {
        long session = Rows.number(Rows.one(wire, ME), 0);
        if (session == wire.backend()) {
            return List.of(Check.POOLER.ok(node.name(), "none: the connection leads to the server itself"));
        }
        boolean shared;
        try (Wire second = node.connectForRecovery()) {
            shared = Rows.number(Rows.one(second, ME), 0) == session;
        }
        if (shared) {
            return List.of(Fault.POOLER_SHARES_SESSIONS.found(
                    node.name(),
                    "a pooler shares server sessions between transactions (transaction or statement mode)",
                    "Settings that a session makes for itself, such as synchronous_commit of recovery, reach"
                            + " somebody else's session; durable answers cannot be relied on.",
                    "Let the node's URL lead to the server itself, or set pool_mode = session for this database in"
                            + " the pooler.",
                    ""));
        }
        return List.of(Fault.POOLER.found(
                node.name(),
                "a pooler in session mode is in the path",
                "It works; but cancelling a statement and closing a connection reach the server later, and the pooler"
                        + " must not end sessions in the middle of a transaction.",
                "Let the node's URL lead to the server itself: the application has a pool of its own.",
                ""));
    }
}
