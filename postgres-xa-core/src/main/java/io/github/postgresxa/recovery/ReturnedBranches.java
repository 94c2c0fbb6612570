package io.github.postgresxa.recovery;

import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.node.ServerFacts;
import java.sql.SQLException;
import java.time.Duration;

/**
 * A node that is restored from a backup brings branches back that were finished long ago, when their decisions may be deleted since. To take "no row" for an
 * abort would undo on one node what all others keep. So such a branch is left to a person. A clock takes part here, but only to be careful: it never finishes
 * anything.
 */
final class ReturnedBranches {

    private final DecisionLog decisions;
    private final Duration retention;

    ReturnedBranches(DecisionLog decisions, Duration retention) {
        this.decisions = decisions;
        this.retention = retention;
    }

    /**
     * @param watch the node that lists the branch
     * @param home the branch's home, which has no row for it
     * @param gid the branch
     * @return whether the row may have been deleted: the node began anew at some time, this process never saw the branch while it was
     *     younger than the retention, and the home has deleted rows
     * @throws SQLException if the home did not answer
     */
    boolean mayHaveBeenForgotten(NodeWatch watch, NodeLink home, Gid gid) throws SQLException {
        ServerFacts facts = watch.link().facts();
        return facts != null
                && facts.beganAnew()
                && watch.ageWhenFirstSeen(gid).compareTo(retention) >= 0
                && home.use(c -> decisions.kept().hasForgotten(c, gid.home()));
    }
}
