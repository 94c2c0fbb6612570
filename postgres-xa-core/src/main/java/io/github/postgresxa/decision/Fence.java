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

    /**
     * Whether "no C row" proves that no operator ordered the commit of a subordinate transaction. An order names what
     * was listed then. It does not name a branch whose PREPARE failed: the mark of that one does not move when the row
     * is deleted, and says nothing. Each one whose PREPARE was answered is named, so none of them may be below its
     * mark. Where no PREPARE was answered, each may have been named alone.
     *
     * @param writers the branches; one whose PREPARE was not answered, or was refused, is not confirmed
     * @return whether an A row is the manager's own outcome
     */
    public boolean provesThatNoCommitWasOrdered(Collection<Participant> writers) {
        boolean listed = writers.stream().anyMatch(Participant::isConfirmed);
        return writers.stream()
                .filter(p -> p.isConfirmed() || !listed)
                .allMatch(p -> marks.show(p.identity(), p.xid()));
    }
}
