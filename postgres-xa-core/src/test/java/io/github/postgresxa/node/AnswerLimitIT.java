package io.github.postgresxa.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.core.BaseConnection;
import org.postgresql.xa.PGXADataSource;

/** The wait for an answer to a verb has a limit, and the socket has none for it. */
@PostgresNodes({"east", "west"})
class AnswerLimitIT {

    private static final int LIMIT = 700;

    /** Long enough for a loaded machine; without the limit these calls never end. */
    private static final Duration BOUND = Duration.ofSeconds(20);

    private @Nullable PostgresNode paused;

    @AfterEach
    void resume() {
        PostgresNode node = paused;
        if (node != null) {
            node.resume();
        }
    }

    private static PhysicalConnection connect(PostgresNode node, String more) throws SQLException {
        PGXADataSource source = new PGXADataSource();
        source.setUrl(node.jdbcUrl() + (node.jdbcUrl().contains("?") ? "&" : "?") + more);
        return DriverSockets.track(
                source,
                sockets -> new PhysicalConnection(
                        source.getConnection(node.username(), node.password()).unwrap(BaseConnection.class), sockets));
    }

    private void pause(PostgresNode node) {
        paused = node;
        node.pause();
    }

    private static void isLostInTime(Wire wire, String sql) throws Exception {
        Reply reply = CompletableFuture.supplyAsync(() -> wire.send(sql)).get(BOUND.toSeconds(), TimeUnit.SECONDS);
        assertThat(reply.gone()).isTrue();
        assertThat(reply.sqlState()).startsWith("08");
        assertThat(wire.isClosed()).isTrue();
    }

    @Test
    void aVerbThatIsNotAnsweredIsLostAndItsConnectionIsClosed(PostgresNode west) throws Exception {
        Wire wire = new DriverWire(connect(west, "tcpKeepAlive=true"));
        wire.answerLimit(LIMIT);
        pause(west);
        isLostInTime(wire, "select 1");
    }

    @Test
    void aVerbThatTheServerDoesNotEvenReadIsLostAsWell(PostgresNode west) throws Exception {
        Wire wire = new DriverWire(connect(west, "tcpKeepAlive=true"));
        wire.answerLimit(LIMIT);
        pause(west);
        isLostInTime(wire, "select '" + "x".repeat(30_000_000) + "'");
    }

    @Test
    void whatWaitsForNothingStaysOpen(PostgresNode east, PostgresNode west) throws Exception {
        Wire answered = new DriverWire(connect(east, "tcpKeepAlive=true"));
        Wire lost = new DriverWire(connect(west, "tcpKeepAlive=true"));
        answered.answerLimit(LIMIT);
        answered.send("select 1").orThrow();
        lost.answerLimit(LIMIT);
        pause(west);
        isLostInTime(lost, "select 1"); // More than the limit has passed since the other one's answer.
        assertThat(answered.isClosed()).isFalse();
        answered.send("select 1").orThrow();
        answered.close();
    }

    @Test
    void theSocketKeepsNoTimeoutOfItsOwn(PostgresNode east) throws SQLException {
        PhysicalConnection physical = connect(east, "tcpKeepAlive=true");
        Wire wire = new DriverWire(physical);
        wire.answerLimit(LIMIT);
        wire.send("select 1").orThrow();
        assertThat(physical.driver().getNetworkTimeout()).isZero();
        wire.reset(false);
        assertThat(wire.answerLimit()).isZero();
        wire.send("select pg_sleep(1.5)").orThrow(); // Longer than the last user's limit.
        wire.close();
    }

    @Test
    void aTimeoutOfTheUrlIsNoLimitForAVerb(PostgresNode east) throws SQLException {
        PhysicalConnection physical = connect(east, "socketTimeout=1");
        Wire wire = new DriverWire(physical);
        wire.answerLimit(20_000);
        wire.send("select pg_sleep(1.5)").orThrow();
        wire.reset(false);
        assertThat(physical.driver().getNetworkTimeout()).isEqualTo(1_000);
        wire.close();
    }
}
