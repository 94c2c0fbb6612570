package io.github.postgresxa.decision;

import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Xid8;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a home has deleted, by participant: the highest xid there of any C row that named the participant. A node that
 * goes back in time lists branches again that were finished, and the home has no row for them any more. An undecided
 * branch has no row either; the mark distinguishes the two.
 */
public final class ParticipantMarks {

    private final Map<NodeIdentity, HighWaterMark> marks = new HashMap<>();
    private @Nullable Duration kept;

    private ParticipantMarks() {}

    /** What "no row" says about a branch. */
    public enum Tells {
        /** No row C of it was ever deleted: it is not decided. */
        UNDECIDED,
        /** A row C of it may have been deleted: it may be committed everywhere else. Or there is no answer. */
        NOTHING,
        /** Undecided, unless its row was deleted before the home kept marks. */
        UNDECIDED_SINCE
    }

    /**
     * Judges a branch without a row.
     *
     * @param participant the node that lists the branch
     * @param xid the branch's, there
     * @return what the missing row says, if the row was looked for before these marks were read
     */
    public Tells of(NodeIdentity participant, Xid8 xid) {
        HighWaterMark mark = marks.get(participant);
        if (mark == null) {
            // The home was not asked, or did not say.
            return Tells.NOTHING;
        }
        if (!mark.wasRaised()) {
            return kept == null ? Tells.UNDECIDED : Tells.UNDECIDED_SINCE;
        }
        return mark.covers(xid) ? Tells.NOTHING : Tells.UNDECIDED;
    }

    /**
     * Judges a branch that was prepared when the home already kept marks.
     *
     * @param participant the node that prepared the branch
     * @param xid the branch's, there
     * @return whether no row C of it was deleted
     */
    public boolean show(NodeIdentity participant, Xid8 xid) {
        return of(participant, xid) != Tells.NOTHING;
    }

    /**
     * Whether a branch is older than the marks.
     *
     * @param age how long ago a branch was prepared
     * @return whether its row may have been deleted before the home kept marks. No decision is deleted within a minute
     */
    public boolean areYoungerThan(Duration age) {
        Duration since = kept;
        return since != null && age.compareTo(since.plusMinutes(1)) >= 0;
    }

    static ParticipantMarks read(List<List<@Nullable String>> rows) {
        ParticipantMarks read = new ParticipantMarks();
        for (List<@Nullable String> row : rows) {
            String millis = row.get(2);
            read.marks.put(new NodeIdentity(String.valueOf(row.get(0))), HighWaterMark.parse(row.get(1)));
            read.kept = millis == null ? null : Duration.ofMillis(Long.parseLong(millis));
        }
        return read;
    }
}
