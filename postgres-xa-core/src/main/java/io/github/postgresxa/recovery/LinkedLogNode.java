package io.github.postgresxa.recovery;

import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.decision.ManagerLog;
import io.github.postgresxa.decision.ManagerLogNode;
import io.github.postgresxa.gid.ManagerName;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;

/**
 * The decisions of transaction managers on a node that recovery watches. What decides has a wire of its own: a decision
 * does not wait for a scan, and goes on while this instance closes.
 */
record LinkedLogNode(NodeLink link, ManagerLog log) implements ManagerLogNode {

    private interface Work<T> {
        T over(Wire wire) throws SQLException;
    }

    @Override
    public String name() {
        return link.node().name();
    }

    @Override
    public NodeIdentity identity() throws SQLException {
        if (link.identity() == null) {
            link.use(Wire::backend); // Each new connection reads it.
        }
        return Objects.requireNonNull(link.identity());
    }

    @Override
    public long register(NodeIdentity identity, ManagerName manager) throws SQLException {
        return apart(wire -> log.register(wire, identity, manager));
    }

    @Override
    public Decision.Kind decide(NodeIdentity identity, ManagerName manager, long registration, String transaction)
            throws SQLException {
        return apart(wire -> log.decide(wire, identity, manager, registration, transaction));
    }

    @Override
    public Decision.Kind settle(NodeIdentity identity, ManagerName manager, String transaction) throws SQLException {
        return apart(wire -> log.settle(wire, identity, manager, transaction));
    }

    @Override
    public void ended(Collection<String> transactions) throws SQLException {
        apart(wire -> {
            log.ended(wire, transactions);
            return true;
        });
    }

    private <T> T apart(Work<T> work) throws SQLException {
        Wire wire = link.node().connect();
        try {
            return work.over(wire);
        } finally {
            part(wire);
        }
    }

    /** Ends a connection. If that fails, the answer that it gave before counts all the same. */
    private static void part(Wire wire) {
        try {
            wire.close();
        } catch (SQLException | RuntimeException e) {
            wire.abort();
        }
    }

    @Override
    public Map<ManagerName, Duration> silence(Collection<ManagerName> names) throws SQLException {
        NodeIdentity identity = identity();
        return link.use(wire -> log.silence(wire, identity, names));
    }

    @Override
    public void showLife(ManagerName manager) throws SQLException {
        NodeIdentity identity = identity();
        apart(wire -> {
            log.showLife(wire, identity, manager);
            return true;
        });
    }

    @Override
    public void expire(Duration ended, Duration silence) throws SQLException {
        link.use(wire -> {
            log.expire(wire, ended, silence);
            return true;
        });
    }
}
