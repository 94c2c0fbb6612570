package io.github.postgresxa.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.gid.Xid8;
import io.github.postgresxa.prepared.PreparedList.Position;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How far a process has seen a server's log. */
class LogHistoryTests {

    private final LogHistory history = new LogHistory();

    @BeforeEach
    void theFirstIncarnationGoesBack() {
        history.saw("west", "1:00000001", position(100, 50), 1);
        history.saw("west", "1:00000001", position(90, 40), 2);
    }

    private static Position position(long flushed, long nextXid) {
        return new Position(flushed, new Xid8(nextXid));
    }

    @Test
    void doubtsTheXidsThatWereSeenBeforeTheLogWentBack() {
        assertThat(history.vouchesFor(new Xid8(49))).isFalse();
        assertThat(history.vouchesFor(new Xid8(50))).isTrue();
        assertThat(history.timesBack()).isEqualTo(1);
    }

    /** Some were assigned after the last scan, lost, and assigned again before that was noticed. */
    @Test
    void doubtsThoseThatWereAssignedAgainBeforeThatWasNoticed() {
        history.saw("west", "1:00000001", position(80, 60), 3);
        assertThat(history.vouchesFor(new Xid8(59))).isFalse();
        assertThat(history.vouchesFor(new Xid8(60))).isTrue();
    }

    @Test
    void vouchesForThoseOfANewIncarnation() {
        history.saw("west", "1:00000002", position(80, 45), 3);
        assertThat(history.vouchesFor(new Xid8(40))).isTrue();
        assertThat(history.timesBack()).isEqualTo(1);
    }

    @Test
    void remembersWhatItDoubtsWhenAnIncarnationComesBack() {
        history.saw("west", "1:00000002", position(80, 45), 3);
        history.saw("west", "1:00000001", position(95, 42), 4);
        assertThat(history.vouchesFor(new Xid8(49))).isFalse();
        assertThat(history.timesBack()).isEqualTo(1);
    }

    @Test
    void noticesThatAnIncarnationComesBackWithAnOlderLog() {
        history.saw("west", "1:00000002", position(200, 60), 3);
        history.saw("west", "1:00000001", position(85, 41), 4);
        assertThat(history.timesBack()).isEqualTo(2);
        assertThat(history.vouchesFor(new Xid8(49))).isFalse();
    }
}
