package io.github.postgresxa.recovery;

import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.prepared.Verdict;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The whole policy of recovery, without a server. */
final class RecoveryRules {

    private RecoveryRules() {}

    /**
     * Decides what to do with a prepared branch.
     *
     * @param gid a branch that was seen prepared before its home was queried
     * @param decision the row that exists at its home, null if there is none
     * @param quietFor how long this process has seen the branch prepared and its coordinator silent, by the monotonic
     *     clock; sets the pace, decides nothing
     * @param grace how long a branch without a row is left to its coordinator
     * @param abandoned whether every transaction that could decide was seen to have ended; sets the pace, too
     * @return what to do
     */
    static Verdict judge(Gid gid, @Nullable Decision decision, Duration quietFor, Duration grace, boolean abandoned) {
        if (decision != null) {
            return obey(gid, decision);
        }
        if (gid.manager() != null) {
            // The transaction manager decides, however long it takes.
            return Verdict.LEAVE;
        }
        // No row is a reason to fence, never a proof of abort.
        return !abandoned && quietFor.compareTo(grace) < 0 ? Verdict.LEAVE : Verdict.FENCE;
    }

    /**
     * Decides what to do with a branch whose row exists.
     *
     * @param gid a prepared branch
     * @param decision the row that exists
     * @return commit only what the row names: a row C that does not know a branch is no permission
     */
    static Verdict obey(Gid gid, Decision decision) {
        return switch (decision.kind()) {
            case ABORT -> Verdict.ROLLBACK;
            case COMMIT -> decision.names(gid.branch()) ? Verdict.COMMIT : Verdict.IN_DOUBT;
        };
    }
}
