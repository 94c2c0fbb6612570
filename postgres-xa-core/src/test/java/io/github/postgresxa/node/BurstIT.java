package io.github.postgresxa.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The answers to a burst of a real server, each found by the name of its statement. */
@PostgresNodes("east")
class BurstIT {

    private enum Part implements Burst.Name {
        FIRST,
        LAST,
        WRITE
    }

    private Wire wire;

    @BeforeEach
    void connect(PostgresNode east) throws SQLException {
        wire = new Node(new NodeSettings("east", east.jdbcUrl(), east.username(), east.password()), "test")
                .connectForRecovery();
    }

    @AfterEach
    void close() throws SQLException {
        wire.close();
    }

    @Test
    void rowsOfOneShapeAreNotMixedUp() throws SQLException {
        Burst burst = new Burst()
                .then("begin;\nset local lock_timeout = 0;\n")
                .then(Part.FIRST, "select 'a' where false;\n")
                .then("select 'nobody asked';\n")
                .then(Part.WRITE, "create temporary table t as select 1;\n")
                .then(Part.LAST, "select 'b';\n")
                .then("commit");
        Reply reply = wire.send(burst.text()).orThrow();
        assertThat(reply.rows(burst, Part.FIRST)).isEmpty();
        assertThat(reply.tag(burst, Part.WRITE)).isEqualTo("SELECT 1");
        assertThat(reply.row(burst, Part.LAST)).containsExactly("b");
        assertThat(reply.endedWith("COMMIT")).isTrue();
    }

    @Test
    void whatFollowsAnErrorHasNoAnswerAndNotAnEmptyOne() throws SQLException {
        Burst burst = new Burst()
                .then("begin;\n")
                .then(Part.FIRST, "select 'a';\n")
                .then("select 1 / 0;\n")
                .then(Part.LAST, "select 'b'");
        Reply reply = wire.send(burst.text());
        assertThat(reply.row(burst, Part.FIRST)).containsExactly("a");
        assertThatThrownBy(() -> reply.rows(burst, Part.LAST)).isSameAs(reply.error());
        assertThatThrownBy(() -> reply.tag(burst, Part.LAST)).isSameAs(reply.error());
    }

    @Test
    void aQueryThatBreaksOffInItsRowsHasNoAnswer() throws SQLException {
        Burst burst = new Burst()
                .then(Part.FIRST, "select 'a';\n")
                .then(Part.LAST, "select 100 / (50 - g) from generate_series(1, 60) g");
        Reply reply = wire.send(burst.text());
        assertThat(reply.sqlState()).isEqualTo("22012");
        assertThat(reply.rows(burst, Part.FIRST)).isEqualTo(List.of(List.of("a")));
        assertThatThrownBy(() -> reply.rows(burst, Part.LAST)).isSameAs(reply.error());
    }

    @Test
    void aLostConnectionAnswersNothing(PostgresNode east) throws SQLException {
        Burst burst = new Burst()
                .then(Part.FIRST, "select 'a';\n")
                .then(Part.LAST, "select pg_terminate_backend(pg_backend_pid())");
        Reply reply = wire.send(burst.text());
        assertThat(reply.gone()).isTrue();
        assertThatThrownBy(() -> reply.rows(burst, Part.LAST)).isInstanceOf(SQLException.class);
    }
}
