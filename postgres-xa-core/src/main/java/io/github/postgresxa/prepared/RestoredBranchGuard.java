package io.github.postgresxa.prepared;

import io.github.postgresxa.decision.ParticipantMarks;
import io.github.postgresxa.node.ServerFacts;
import org.jspecify.annotations.Nullable;

/**
 * A node that goes back in time brings branches back that were finished long ago, when their decisions may be deleted since. To take "no row" for an
 * abort would undo on one node what all others keep. So such a branch is left to a person.
 */
public final class RestoredBranchGuard {

    private RestoredBranchGuard() {}

    /**
     * @param facts what the server says that lists the branch
     * @param branch a one-phase branch whose home has no row for it
     * @param marks of its home, read after the row was looked for
     * @return whether its row may have been deleted
     */
    public static boolean mayHaveBeenForgotten(
            @Nullable ServerFacts facts, PreparedBranch branch, ParticipantMarks marks) {
        return switch (marks.of(branch.gid().branch(), branch.xid())) {
            case UNDECIDED -> false;
            case NOTHING -> true;
            // Of what was deleted before there were marks, only a clock and the timeline tell, and only to be careful.
            case UNDECIDED_SINCE -> facts != null && facts.hasSwitchedTimeline() && marks.areYoungerThan(branch.age());
        };
    }
}
