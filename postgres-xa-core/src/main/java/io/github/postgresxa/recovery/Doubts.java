package io.github.postgresxa.recovery;

import io.github.postgresxa.InDoubtBranch;
import io.github.postgresxa.decision.UnreadableRowException;
import io.github.postgresxa.prepared.PreparedBranch;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What one turn leaves in doubt, each branch with the reason. */
final class Doubts {

    /** As a rule, a coordinator gives up by itself before this. */
    private static final Duration SLOW = Duration.ofSeconds(30);

    private final NodeMonitor monitor;
    private final Homes homes;
    private final PassCounts counts;
    private final List<InDoubtBranch> found = new ArrayList<>();

    Doubts(NodeMonitor monitor, Homes homes, PassCounts counts) {
        this.monitor = monitor;
        this.homes = homes;
        this.counts = counts;
    }

    List<InDoubtBranch> found() {
        return found;
    }

    void report(PreparedBranch branch, String reason) {
        counts.inDoubt();
        found.add(new InDoubtBranch(
                monitor.link().node().name(),
                branch.gid().text(),
                branch.gid().transaction(),
                homes.name(branch.gid().home()),
                branch.age(),
                reason));
    }

    void reportAndTryAgain(PreparedBranch branch, String reason) {
        report(branch, reason + "; recovery tries again");
    }

    /** Reports a branch that another session is finishing, if it takes long. */
    void reportIfSlow(PreparedBranch branch, String reason) {
        if (monitor.sightings().seenFor(branch.gid()).compareTo(SLOW) >= 0) {
            reportAndTryAgain(branch, reason);
        }
    }

    /** Reports a branch that an error has left as it was. */
    void unsettled(PreparedBranch branch, Exception e) {
        String reason = reason(e);
        counts.problem("branch %s on '%s': %s"
                .formatted(branch.gid(), monitor.link().node().name(), reason));
        String unread = "at its home '%s' ".formatted(homes.name(branch.gid().home()));
        reportAndTryAgain(
                branch, (e instanceof UnreadableRowException ? unread : "it could not be settled: ") + reason);
    }

    /** Not every internal exception has a message. */
    static String reason(Exception e) {
        return e instanceof SQLException ? String.valueOf(e.getMessage()) : e.toString();
    }
}
