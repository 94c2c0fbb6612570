package io.github.postgresxa.decision;

import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.gid.Xid8;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A fence's answer.
 *
 * @param decision the row that exists
 * @param mark the home's
 * @param marks the same for the participants that were asked about, by their own xids
 */
public record Fence(Decision decision, HighWaterMark mark, ParticipantMarks marks) {

    /**
     * Whether "no C row" proves that the home's transaction was rolled back. Below the mark a C row may have been
     * carried out and deleted in the meantime. A C row that is deleted raises the marks of all participants, so one
     * that is below its branch is enough. A home without a mark has deleted nothing, unless the marks of all
     * participants contradict that: then rows were deleted, or the mark was reset, by hand.
     *
     * @param homeXid the home's xid, null if it is not known
     * @param participants the branches that the C row would have named, as far as their xids are known
     * @return whether an A row gives the caller's own outcome
     */
    public boolean provesRollback(@Nullable Xid8 homeXid, Collection<Participant> participants) {
        if (participants.stream().anyMatch(p -> marks.show(p.identity(), p.xid()))) {
            return true;
        }
        return !mark.wasRaised() ? participants.isEmpty() : homeXid != null && !mark.covers(homeXid);
    }
}
