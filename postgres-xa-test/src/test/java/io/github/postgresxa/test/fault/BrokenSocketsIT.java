package io.github.postgresxa.test.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each moment, with the driver itself on a real node. */
@PostgresNodes("east")
class BrokenSocketsIT {

    private static final String INSERT = "insert into t values (1)";

    private final BrokenSockets sockets = new BrokenSockets();
    private final PostgresNode east;
    private Connection connection;

    BrokenSocketsIT(PostgresNode east) {
        this.east = east;
    }

    @BeforeEach
    void connect() throws SQLException {
        east.execute("drop table if exists t", "create table t (i int)");
        connection = open();
    }

    @AfterEach
    void close() throws SQLException {
        sockets.close();
        connection.abort(Runnable::run);
    }

    private Connection open() throws SQLException {
        return DriverManager.getConnection(sockets.way("east", east.jdbcUrl()), east.username(), east.password());
    }

    private BrokenCall atInsert(SocketMoment moment) {
        return sockets.at(call -> call.message().sql().contains(INSERT)).call(1, moment, StackOverflowError::new);
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long rows() {
        return east.queryForLong("select count(*) from t");
    }

    @Test
    void breaksOnceAsRequestedAndLeavesTheSocketOpen() throws Exception {
        for (SocketMoment moment : SocketMoment.values()) {
            connection = open();
            BrokenCall broken = atInsert(moment);
            assertThatThrownBy(() -> execute(INSERT)).as("%s", moment).isInstanceOf(StackOverflowError.class);
            assertThat(broken.hasFired()).isTrue();
            assertThat(broken.call()).hasValueSatisfying(call -> {
                assertThat(call.message().node()).isEqualTo("east");
                assertThat(call.isWrite()).isEqualTo(moment.isWrite());
                assertThat(call.number()).isEqualTo(1);
            });
            assertThat(east.queryForLong("select count(*) from pg_stat_activity where pid = ?", backend()))
                    .isOne();
            connection.abort(Runnable::run);
        }
    }

    private int backend() throws SQLException {
        return connection.unwrap(org.postgresql.PGConnection.class).getBackendPID();
    }

    @Test
    void whatWasSentInFullIsExecutedAndTheDriverDoesNotKnow() throws Exception {
        connection.setAutoCommit(false);
        execute("select 1");
        atInsert(SocketMoment.BEFORE_READ);
        assertThatThrownBy(() -> execute(INSERT)).isInstanceOf(StackOverflowError.class);
        execute("select 2"); // Reads the answer of the insert.
        connection.commit();
        assertThat(rows()).isOne();
    }

    @Test
    void whatWasNotSentIsNotExecuted() {
        atInsert(SocketMoment.BEFORE_WRITE);
        assertThatThrownBy(() -> execute(INSERT)).isInstanceOf(StackOverflowError.class);
        assertThat(rows()).isZero();
    }

    @Test
    void aLoginBreaksToo() {
        BrokenCall broken = sockets.at(call -> call.message().kind() == MessageKind.STARTUP)
                .call(1, SocketMoment.AFTER_READ, IllegalStateException::new);
        assertThatThrownBy(this::open).isInstanceOf(Exception.class);
        assertThat(broken.hasFired()).isTrue();
    }

    @Test
    void callsAreCountedFromTheMomentOfArming() throws Exception {
        BrokenCall second = sockets.at(call -> true).call(2, SocketMoment.BEFORE_WRITE, IllegalStateException::new);
        execute("select 1");
        assertThat(second.hasFired()).isFalse();
        assertThatThrownBy(() -> execute("select 2")).isInstanceOf(IllegalStateException.class);
        execute("select 3");
    }

    @Test
    void nothingStrikesAfterItWasCleared() throws Exception {
        atInsert(SocketMoment.BEFORE_WRITE);
        sockets.clear();
        execute(INSERT);
        assertThat(rows()).isOne();
    }

    @Test
    void callsAreCountedFromOne() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> sockets.at(call -> true).call(0, SocketMoment.BEFORE_READ, IllegalStateException::new));
    }
}
