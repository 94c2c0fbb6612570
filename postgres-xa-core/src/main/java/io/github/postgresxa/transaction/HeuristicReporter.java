package io.github.postgresxa.transaction;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.branch.Branch;
import io.github.postgresxa.gid.Gid;

/**
 * Notices that a branch that we were to finish was finished by somebody else, the other way than it was decided. Costs a round trip, and only
 * where the verb found nothing to finish.
 */
final class HeuristicReporter {

    private final XaListener listener;

    HeuristicReporter(XaListener listener) {
        this.listener = listener;
    }

    /**
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
