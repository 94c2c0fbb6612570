package io.github.postgresxa.gid;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.TransactionId;
import java.util.List;
import org.junit.jupiter.api.Test;

class RosterTests {

    private static final NodeIdentity EAST = new NodeIdentity("0123456789abcdef");
    private static final NodeIdentity WEST = new NodeIdentity("7654ffffffffffff");
    private static final NodeIdentity SOUTH = new NodeIdentity("0000800080000000");

    private static final Gid IN_EAST = new Gid(TransactionId.random(), EAST, EAST);

    private static Roster.Key key(long first, long second) {
        return new Roster.Key(first, second);
    }

    /** The keys are signed where locks are taken, and unsigned where they are listed. */
    @Test
    void isReadBackFromItsLocks() {
        Roster all = Roster.of(List.of(EAST, WEST, SOUTH));
        assertThat(all.statement())
                .contains("'1347962215'::pg_catalog.int4, '-1985229329'::pg_catalog.int4")
                .contains("'1348009983'::pg_catalog.int4, '-1'::pg_catalog.int4")
                .contains("'1347977216'::pg_catalog.int4, '-2147483648'::pg_catalog.int4")
                .endsWith(";\n");
        assertThat(Roster.read(
                        IN_EAST,
                        List.of(
                                key(0x5058_4567L, 0x89ab_cdefL),
                                key(0x5058_ffffL, 0xffff_ffffL),
                                key(0x5058_8000L, 0x8000_0000L))))
                .isEqualTo(all);
    }

    @Test
    void namesWhatIsNotKnown() {
        Roster all = Roster.of(List.of(EAST, WEST, SOUTH));
        assertThat(all.without(List.of(WEST, EAST, SOUTH))).isEmpty();
        assertThat(all.without(List.of(EAST))).containsExactly("800080000000", "ffffffffffff");
    }

    /** An application may take advisory locks of any keys. */
    @Test
    void isNotTakenFromLocksThatDoNotNameTheBranchItself() {
        assertThat(Roster.read(IN_EAST, List.of(key(0x5058_0001L, 2)))).isEqualTo(Roster.NONE);
        assertThat(Roster.read(IN_EAST, List.of(key(0x4567L, 0x89ab_cdefL)))).isEqualTo(Roster.NONE);
    }

    @Test
    void ofAnEarlierReleaseIsEmptyAndMissesNothing() {
        assertThat(Roster.NONE.statement()).isEmpty();
        assertThat(Roster.read(IN_EAST, List.of())).isEqualTo(Roster.NONE);
        assertThat(Roster.NONE.without(List.of())).isEmpty();
    }
}
