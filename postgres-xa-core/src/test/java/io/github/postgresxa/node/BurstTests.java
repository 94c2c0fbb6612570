package io.github.postgresxa.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.gid.Xid8;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.core.TransactionState;

class BurstTests {

    private enum Part implements Burst.Name {
        ONE,
        TWO
    }

    private static Reply reply(List<String> tags, Reply.Result... results) {
        return new Reply(tags, List.of(results), null, null, TransactionState.IDLE, false);
    }

    @Test
    void aResultIsFoundBehindAnyNumberOfStatements() throws SQLException {
        Burst burst = new Burst()
                .then("begin;\nset a = b;\n")
                .then("")
                .then(Part.ONE, "select 1;\n")
                .then("commit");
        assertThat(burst.text()).isEqualTo("begin;\nset a = b;\nselect 1;\ncommit");
        Reply reply = reply(List.of("BEGIN", "SET", "SELECT 1", "COMMIT"), new Reply.Result(2, List.of(List.of("1"))));
        assertThat(reply.row(burst, Part.ONE)).containsExactly("1");
        assertThat(reply.tag(burst, Part.ONE)).isEqualTo("SELECT 1");
    }

    @Test
    void aBurstThatIsCompletedStaysAsItIs() {
        Burst burst = new Burst().then("set a = b;\n").then(Part.ONE, "select 1;\n");
        assertThat(burst.textWith("commit")).isEqualTo("set a = b;\nselect 1;\ncommit");
        assertThat(burst.textWith("rollback")).isEqualTo("set a = b;\nselect 1;\nrollback");
        assertThat(burst.then("abort").text()).isEqualTo("set a = b;\nselect 1;\nabort");
        assertThatThrownBy(() -> burst.textWith("commit;\nbegin")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> burst.textWith("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMissingAnswerIsNotAnEmptyOne() {
        Burst burst = new Burst().then(Part.ONE, "select 1;\n").then(Part.TWO, "select 2");
        Reply half = reply(List.of("SELECT 0"), new Reply.Result(0, List.of()));
        assertThatThrownBy(() -> half.rows(burst, Part.TWO))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("statement 2");
        assertThatThrownBy(() -> half.tag(burst, Part.TWO)).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> half.row(burst, Part.ONE)).isInstanceOf(SQLException.class);
    }

    @Test
    void aCommandHasNoRows() {
        Burst burst = new Burst().then(Part.ONE, "rollback");
        assertThatThrownBy(() -> reply(List.of("ROLLBACK")).rows(burst, Part.ONE))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void anXidWithoutAStatusIsNotForgotten() {
        assertThatThrownBy(() -> XidStatus.read(List.of(List.of("7", "committed")), List.of(new Xid8(7), new Xid8(8))))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("8");
    }

    @Test
    void aMessageOfSeveralStatementsIsReadByTheirNames() {
        assertThatThrownBy(() -> reply(List.of("SELECT 0", "SELECT 0")).rows())
                .isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"select ';'", "select 1; select 2", "select 1;"})
    void aSemicolonAnywhereElseIsRefused(String sql) {
        assertThatThrownBy(() -> new Burst().then(sql)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "select 1;\nselect 2"})
    void aNameIsForOneStatement(String sql) {
        assertThatThrownBy(() -> new Burst().then(Part.ONE, sql)).isInstanceOf(IllegalArgumentException.class);
    }
}
