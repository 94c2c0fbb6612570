package io.github.postgresxa.prepared;

import io.github.postgresxa.decision.ParticipantMarks;
import io.github.postgresxa.node.ServerFacts;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes branches that a restore may have brought back. A node that goes back in time lists branches again that
 * were finished long ago and whose decisions may be deleted. To take "no row" for an abort would undo on one node what
 * all others keep. So such a branch is left to a person.
 */
public final class RestoredBranchGuard {

    private RestoredBranchGuard() {}

    /**
     * Whether the decision of a branch without a row may have been deleted.
     *
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
            // Of rows deleted before there were marks, only a clock and the timeline give a hint, and only for caution.
            case UNDECIDED_SINCE -> facts != null && facts.hasSwitchedTimeline() && marks.areYoungerThan(branch.age());
        };
    }
}
