package io.github.postgresxa.transaction;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.branch.Branch;
import io.github.postgresxa.gid.Gid;

/**
 * Reports a branch that another party finished against the decision. Costs a round trip, and only if the verb found
 * nothing to finish.
 */
final class HeuristicReporter {

    private final XaListener listener;

    HeuristicReporter(XaListener listener) {
        this.listener = listener;
    }

    /**
     * Checks how a branch ended, and reports a contradiction.
     *
     * @param branch a branch that could not be finished
     * @param decided how it was to end
     */
    void check(Branch branch, Outcome decided) {
        Gid gid = branch.gid();
        if (gid == null) {
            return;
        }
        Outcome actual = branch.endedAs();
        if (actual != Outcome.UNKNOWN && actual != decided) {
            listener.heuristic(gid.transaction(), branch.session().node().name(), decided, actual);
        }
    }
}
