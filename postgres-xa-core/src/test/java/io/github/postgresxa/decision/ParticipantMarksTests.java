package io.github.postgresxa.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.ParticipantMarks.Tells;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.gid.Xid8;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ParticipantMarksTests {

    private static final NodeIdentity WEST = new NodeIdentity("00000000000000bb");
    private static final NodeIdentity NORTH = new NodeIdentity("00000000000000cc");
    private static final Xid8 XID = new Xid8(7);

    private static ParticipantMarks west(@Nullable String mark, @Nullable String keptMillis) {
        return ParticipantMarks.read(List.of(Arrays.asList(WEST.text(), mark, keptMillis)));
    }

    @Test
    void aBranchIsUndecidedAboveItsMark() {
        assertThat(west("6", null).of(WEST, XID)).isEqualTo(Tells.UNDECIDED);
        assertThat(west("7", null).of(WEST, XID)).isEqualTo(Tells.NOTHING);
    }

    @Test
    void aMarkThatWasNeverRaisedIsAnAnswer() {
        assertThat(west(null, null).of(WEST, XID)).isEqualTo(Tells.UNDECIDED);
        assertThat(west(null, "1000").of(WEST, XID)).isEqualTo(Tells.UNDECIDED_SINCE);
    }

    /** For example because the home's identity was replaced a moment ago: then it has no row for any participant. */
    @Test
    void aMarkThatTheHomeDidNotTellProvesNothing() {
        assertThat(west(null, null).of(NORTH, XID)).isEqualTo(Tells.NOTHING);
        ParticipantMarks none = ParticipantMarks.read(List.of());
        assertThat(none.show(WEST, XID)).isFalse();
        assertThat(new Fence(
                                new Decision(TransactionId.random(), Decision.Kind.ABORT, List.of()),
                                HighWaterMark.NEVER_RAISED,
                                none)
                        .provesRollback(XID, List.of(new Participant(WEST, XID, "1:1"))))
                .isFalse();
    }

    @Test
    void onlyABranchThatAnOrderNamesShowsThatThereWasNone() {
        Participant west = new Participant(WEST, XID, "1:1");
        Participant north = new Participant(NORTH, XID, "1:1");
        Fence fence = new Fence(
                new Decision(TransactionId.random(), Decision.Kind.ABORT, List.of()),
                HighWaterMark.NEVER_RAISED,
                ParticipantMarks.read(
                        List.of(Arrays.asList(WEST.text(), "7", null), Arrays.asList(NORTH.text(), null, null))));

        assertThat(fence.provesThatNoCommitWasOrdered(List.of(west, north.unconfirmed())))
                .isFalse();
        assertThat(fence.provesThatNoCommitWasOrdered(List.of(west.unconfirmed(), north)))
                .isTrue();
        assertThat(fence.provesThatNoCommitWasOrdered(List.of(west, north))).isFalse();
        assertThat(fence.provesThatNoCommitWasOrdered(List.of(west.unconfirmed(), north.unconfirmed())))
                .as("each may have been named alone")
                .isFalse();
    }

    @Test
    void theHomesMarkCoversItsOwnXid() {
        assertThat(HighWaterMark.parse("7").covers(XID)).isTrue();
        assertThat(HighWaterMark.parse("6").covers(XID)).isFalse();
        assertThat(HighWaterMark.parse("6").covers(Xid8.UNKNOWN))
                .as("nothing is known of it")
                .isTrue();
        assertThat(HighWaterMark.parse(null).covers(Xid8.UNKNOWN)).isFalse();
    }
}
