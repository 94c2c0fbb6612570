package io.github.postgresxa.simulation;

import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.decision.ManagerLogNode;
import io.github.postgresxa.decision.UnconfirmedCommitException;
import io.github.postgresxa.gid.ManagerName;
import io.github.postgresxa.gid.NodeIdentity;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;

/** A node as a place for decisions, which counts what happens there. */
record WatchedLogNode(ManagerLogNode node, EmbeddedProcess process) implements ManagerLogNode {

    @Override
    public String name() {
        return node.name();
    }

    @Override
    public NodeIdentity identity() throws SQLException {
        return node.identity();
    }

    @Override
    public long register(NodeIdentity identity, ManagerName manager) throws SQLException {
        try {
            return node.register(identity, manager);
        } catch (UnconfirmedCommitException e) {
            process.count("registration unanswered");
            throw e;
        }
    }

    @Override
    public Decision.Kind decide(NodeIdentity identity, ManagerName manager, long registration, String transaction)
            throws SQLException {
        try {
            Decision.Kind row = node.decide(identity, manager, registration, transaction);
            if (row == Decision.Kind.ABORT) {
                process.count("decision after the fence");
            }
            return row;
        } catch (UnconfirmedCommitException e) {
            process.count("decision unanswered");
            throw e;
        }
    }

    @Override
    public Decision.Kind settle(NodeIdentity identity, ManagerName manager, String transaction) throws SQLException {
        process.settles(transaction);
        return node.settle(identity, manager, transaction);
    }

    @Override
    public void ended(Collection<String> transactions) throws SQLException {
        node.ended(transactions);
    }

    @Override
    public Map<ManagerName, Duration> silence(Collection<ManagerName> names) throws SQLException {
        return node.silence(names);
    }

    @Override
    public void showLife(ManagerName manager) throws SQLException {
        node.showLife(manager);
        process.count("sign of life");
    }

    @Override
    public void expire(Duration ended, Duration silence) throws SQLException {
        node.expire(ended, silence);
    }
}
