package io.github.postgresxa.datasource;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SqlVerdictTests {

    @Test
    void saysWhatTheTextSays() {
        assertThat(SqlVerdict.of(" ; ")).isEqualTo(new SqlVerdict(true, false, false, null));
        assertThat(SqlVerdict.of("select 1")).isEqualTo(new SqlVerdict(false, false, false, null));
        assertThat(SqlVerdict.of("SET Synchronous_Commit = off")).isEqualTo(new SqlVerdict(false, true, false, null));
        assertThat(SqlVerdict.of("Rollback to s")).isEqualTo(new SqlVerdict(false, false, true, null));
        assertThat(SqlVerdict.of("select 1; commit")).isEqualTo(new SqlVerdict(false, false, false, "COMMIT"));
    }

    @Test
    void isRememberedByTheTextAlone() {
        String text = "select 'remembered'";
        assertThat(SqlVerdict.of(new String(text.toCharArray()))).isSameAs(SqlVerdict.of(text));
        assertThat(SqlVerdict.of(text + "; end").control()).isEqualTo("END");
    }

    @Test
    void textsThatAreNeverRepeatedTakeNoMoreMemory() {
        for (int i = 0; i < 3 * SqlVerdict.MOST; i++) {
            assertThat(SqlVerdict.of("select " + i).empty()).isFalse();
        }
        assertThat(SqlVerdict.remembered()).isLessThanOrEqualTo(SqlVerdict.MOST);
        String large = "select '" + "x".repeat(SqlVerdict.LONGEST) + "'; commit";
        assertThat(SqlVerdict.of(large).control()).isEqualTo("COMMIT");
        assertThat(SqlVerdict.of(large)).isNotSameAs(SqlVerdict.of(large));
    }
}
