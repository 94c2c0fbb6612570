package io.github.postgresxa.gid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class Xid8Tests {

    private static final Xid8 HIGHEST = Xid8.parse("18446744073709551615");

    @Test
    void isUnsigned() {
        assertThat(HIGHEST.isAbove(new Xid8(Long.MAX_VALUE))).isTrue();
        assertThat(HIGHEST).hasToString("18446744073709551615");
        assertThat(Xid8.max(HIGHEST, new Xid8(3))).isEqualTo(HIGHEST);
        assertThat(Xid8.min(HIGHEST, new Xid8(3))).isEqualTo(new Xid8(3));
    }

    @Test
    void isNotAboveItself() {
        assertThat(new Xid8(7).isAbove(Xid8.parse("7"))).isFalse();
    }

    @Test
    void isCompletedAcrossTheEndOfAnEpoch() {
        Xid8 present = new Xid8((5L << 32) + 10);
        assertThat(present.nearest("4294967290")).isEqualTo(new Xid8((5L << 32) - 6));
        assertThat(present.nearest("9").lowerBits()).isEqualTo("9");
        assertThat(new Xid8((5L << 32) - 6).nearest("10")).isEqualTo(present);
        assertThat(new Xid8((5L << 32) - 6).lowerBits()).isEqualTo("4294967290");
    }

    @Test
    void isNeverReadFromAnythingElse() {
        for (String text : new String[] {"", "-1", "18446744073709551616", "null", "7x"}) {
            assertThatThrownBy(() -> Xid8.parse(text)).isInstanceOf(NumberFormatException.class);
        }
    }
}
