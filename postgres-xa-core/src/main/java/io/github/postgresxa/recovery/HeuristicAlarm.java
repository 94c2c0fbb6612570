package io.github.postgresxa.recovery;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.DecisionRow;
import io.github.postgresxa.gid.NodeIdentity;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Raises the alarm for a branch that ended against its decision. Only a decision that no failover can take back
 * contradicts the end. A row that was read a moment ago may be lost by now, together with the home's work, and an end
 * that seemed wrong is then right. All checks of a process share one, so each contradiction is raised once
 * within an era of its node.
 */
final class HeuristicAlarm {

    private static final int MOST = 10_000;

    private final DecisionLog decisions;
    private final XaListener listener;
    private final Set<String> raised = ConcurrentHashMap.newKeySet();

    HeuristicAlarm(DecisionLog decisions, XaListener listener) {
        this.decisions = decisions;
        this.listener = listener;
    }

    /**
     * Reads the decisions once more, safe at the home's standby, and compares.
     *
     * @param home the home of the transactions
     * @param identity its identity
     * @param node the node on which the branches ended
     * @param ended how each ended, by its transaction
     * @throws SQLException if the home does not answer; nothing is raised, and the caller tries again
     */
    void raise(NodeLink home, NodeIdentity identity, NodeLink node, Map<TransactionId, Outcome> ended)
            throws SQLException {
        Map<TransactionId, Outcome> open = new HashMap<>(ended);
        open.entrySet().removeIf(branch -> raised.contains(key(branch.getKey(), node, branch.getValue())));
        if (open.isEmpty()) {
            return;
        }
        Map<TransactionId, DecisionRow> rows = home.use(c -> decisions.confirm(c, identity, open.keySet()));
        for (Map.Entry<TransactionId, Outcome> branch : open.entrySet()) {
            DecisionRow row = rows.get(branch.getKey());
            if (row != null && row.isReadable()) {
                raise(row.read(), node, branch.getValue());
            }
        }
    }

    private void raise(Decision decision, NodeLink node, Outcome actual) {
        Outcome decided = decision.kind().outcome();
        // Another check may have raised it since this one began.
        if (decided != actual && (raised.size() >= MOST || raised.add(key(decision.transaction(), node, actual)))) {
            listener.heuristic(decision.transaction(), node.node().name(), decided, actual);
        }
    }

    /**
     * After a failover or a restore of its node a branch may end, or be lost, once more: that is an alarm of its own.
     * So is an end the other way, after a restore of the home.
     */
    private static String key(TransactionId id, NodeLink node, Outcome actual) {
        return id + "/" + node.node().name() + "/" + node.era() + "/" + actual;
    }
}
