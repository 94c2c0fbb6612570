package io.github.postgresxa.test.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.server.Deadline;
import java.io.StringReader;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** Each fault, on a real node. */
@PostgresNodes({"east", "west"})
class FaultProxyIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final MessageFilter INSERT = MessageFilter.containing("insert into t ");

    private final FaultPlan plan = new FaultPlan();
    private final PostgresNode east;
    private final FaultProxy toEast;
    private final FaultProxy toWest;

    FaultProxyIT(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.toEast = FaultProxy.before(east, plan);
        this.toWest = FaultProxy.before(west, plan);
    }

    @BeforeEach
    void emptyTable() {
        east.execute("drop table if exists t", "create table t (id serial)");
    }

    @AfterEach
    void close() {
        plan.clear();
        toEast.close();
        toWest.close();
        east.start();
    }

    private long rows() {
        return east.queryForLong("select count(*) from t");
    }

    private static void await(String what, BooleanSupplier condition) {
        Deadline.in(LIMIT).await(condition, () -> "not in time: " + what);
    }

    private static void fails(Client client) {
        assertThatThrownBy(() -> client.execute("insert into t default values")).isInstanceOf(SQLException.class);
    }

    private static void finishes(CompletableFuture<Void> statement) throws Exception {
        statement.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private static void ends(CompletableFuture<Void> statement) {
        assertThatThrownBy(() -> finishes(statement)).isInstanceOf(ExecutionException.class);
    }

    private static void isNotAnswered(CompletableFuture<?> statement) {
        assertThatThrownBy(() -> statement.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
    }

    @Test
    void everythingPassesWhereNothingIsPlanned() throws Exception {
        try (Client client = Client.of(toEast)) {
            client.connection().setAutoCommit(false);
            try (PreparedStatement insert = client.connection().prepareStatement("insert into t values (?)")) {
                for (int i = 0; i < 12; i++) { // The driver keeps the statement on the server after a while.
                    insert.setInt(1, i);
                    insert.executeUpdate();
                }
            }
            client.connection().commit();
            client.connection()
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("copy t from stdin", new StringReader("21\n22\n"));
            client.connection().commit();
            assertThat(rows()).isEqualTo(14);
        }
        assertThat(plan.seen().get(MessageKind.STARTUP)).isEqualTo(1);
        assertThat(plan.seen().get(MessageKind.COMMIT)).isEqualTo(2);
    }

    @Test
    void aClientThatPrefersEncryptionIsServedWithoutIt() throws Exception {
        String url = toEast.jdbcUrl().replace("sslmode=disable&gssEncMode=disable", "sslmode=prefer");
        try (var connection = DriverManager.getConnection(url, east.username(), east.password())) {
            assertThat(connection.isValid(5)).isTrue();
        }
    }

    @Test
    void aCancelRequestPasses() throws Exception {
        try (Client client = Client.of(toEast);
                var statement = client.connection().createStatement()) {
            plan.at(MessageFilter.containing("pg_sleep"))
                    .call(
                            Position.BEFORE_FORWARDING,
                            () -> CompletableFuture.runAsync(() -> {
                                await(
                                        "the statement runs",
                                        () -> east.queryForLong("select count(*) from pg_stat_activity where state = "
                                                        + "'active' and query like 'select pg_sleep%'")
                                                > 0);
                                cancel(statement);
                            }));
            assertThatThrownBy(() -> statement.execute("select pg_sleep(60)"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
        }
    }

    private static void cancel(java.sql.Statement statement) {
        try {
            statement.cancel();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aLostRequestIsNotExecuted() throws Exception {
        try (Client client = Client.of(toEast)) {
            Fault fault = plan.at(INSERT).loseRequest();
            fails(client);
            assertThat(fault.hasFired()).isTrue();
            assertThat(rows()).isZero();
        }
    }

    @Test
    void aLostReplyIsExecuted() throws Exception {
        try (Client client = Client.of(toEast)) {
            Fault fault = plan.at(INSERT).loseReply();
            fails(client);
            assertThat(fault.hasFired()).isTrue();
            assertThat(rows()).isEqualTo(1);
        }
    }

    @Test
    void aCutAfterTheReplyHitsTheNextStatement() throws Exception {
        try (Client client = Client.of(toEast)) {
            plan.at(INSERT).cut(Position.AFTER_REPLY);
            client.execute("insert into t default values");
            fails(client);
            assertThat(rows()).isEqualTo(1);
        }
    }

    @Test
    void aResetBeforeTheMessageUndoesNothingBecauseNothingWasDone() throws Exception {
        resetAt(Position.BEFORE_FORWARDING);
    }

    @Test
    void aResetInsteadOfTheReplyLeavesTheMessageExecuted() throws Exception {
        resetAt(Position.AFTER_EXECUTED);
    }

    @Test
    void aResetAfterTheReplyHitsTheNextStatement() throws Exception {
        resetAt(Position.AFTER_REPLY);
    }

    private void resetAt(Position position) throws Exception {
        try (Client client = Client.of(toEast)) {
            plan.at(INSERT).reset(position);
            if (position == Position.AFTER_REPLY) {
                client.execute("insert into t default values");
            }
            fails(client);
            assertThat(rows()).isEqualTo(position == Position.BEFORE_FORWARDING ? 0 : 1);
        }
        await("no session is left", () -> toEast.connections() == 0);
    }

    @Test
    void aHeldMessageArrivesWhenItIsReleased() throws Exception {
        try (Client client = Client.of(toEast);
                Client other = Client.of(toEast)) {
            Fault fault = plan.at(INSERT).hold();
            CompletableFuture<Void> statement = client.executing("insert into t default values");
            fault.awaitFired(LIMIT);
            other.execute("select 1");
            assertThat(rows()).isZero();
            assertThat(statement).isNotDone();
            fault.release();
            finishes(statement);
            assertThat(rows()).isEqualTo(1);
        }
    }

    @Test
    void aHeldMessageArrivesAlsoWhenItsClientHasGone() throws Exception {
        Fault fault = plan.at(INSERT).hold();
        try (Client client = Client.of(toEast)) {
            client.executing("insert into t default values");
            fault.awaitFired(LIMIT);
        }
        assertThat(rows()).isZero();
        fault.release();
        await("the late message has arrived", () -> rows() == 1);
        await("its session has ended", () -> toEast.connections() == 0);
    }

    @Test
    void aHeldMessageOutlivesACutOfAllConnections() throws Exception {
        try (Client client = Client.of(toEast)) {
            Fault fault = plan.at(INSERT).hold();
            CompletableFuture<Void> statement = client.executing("insert into t default values");
            fault.awaitFired(LIMIT);
            toEast.cut();
            ends(statement);
            fault.release();
            await("the late message has arrived", () -> rows() == 1);
            await("its session has ended", () -> toEast.connections() == 0);
        }
    }

    @Test
    void aHeldMessageThatOutlivesItsServerIsLost() throws Exception {
        try (Client client = Client.of(toEast)) {
            Fault fault = plan.at(INSERT).hold();
            CompletableFuture<Void> statement = client.executing("insert into t default values");
            fault.awaitFired(LIMIT);
            east.kill();
            east.start();
            ends(statement);
            fault.release();
            await("the connection has ended", () -> toEast.connections() == 0);
            assertThat(rows()).isZero();
        }
    }

    @Test
    void aHeldReplyIsOfAnExecutedMessage() throws Exception {
        try (Client client = Client.of(toEast)) {
            Fault fault = plan.at(INSERT).holdReply();
            CompletableFuture<Void> statement = client.executing("insert into t default values");
            fault.awaitFired(LIMIT);
            assertThat(rows()).isEqualTo(1);
            assertThat(statement).isNotDone();
            fault.release();
            finishes(statement);
        }
    }

    @Test
    void aDelayedMessageTakesAtLeastThatLong() throws Exception {
        try (Client client = Client.of(toEast)) {
            Duration delay = Duration.ofMillis(300);
            plan.at(INSERT).delay(delay);
            plan.at(INSERT).delayReply(delay);
            long start = System.nanoTime();
            client.execute("insert into t default values");
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(delay.toNanos() * 2);
        }
    }

    @Test
    void aBlackHoleLosesNothingButNeverAnswers() throws Exception {
        try (Client client = Client.of(toEast)) {
            toEast.blackHole();
            CompletableFuture<Void> statement = client.executing("insert into t default values");
            CompletableFuture<Void> login = CompletableFuture.runAsync(() -> {
                try (Client late = Client.of(toEast)) {
                    late.execute("select 1");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            isNotAnswered(statement);
            isNotAnswered(login);
            assertThat(rows()).isZero();
            toEast.heal();
            finishes(statement);
            finishes(login);
            assertThat(rows()).isEqualTo(1);
        }
    }

    @Test
    void aBlackHoleOpensBeforeAMessage() throws Exception {
        blackHoleAt(Position.BEFORE_FORWARDING);
    }

    @Test
    void aBlackHoleOpensBeforeAReply() throws Exception {
        blackHoleAt(Position.AFTER_EXECUTED);
    }

    @Test
    void aBlackHoleOpensAfterAReply() throws Exception {
        blackHoleAt(Position.AFTER_REPLY);
    }

    private void blackHoleAt(Position position) throws Exception {
        try (Client client = Client.of(toEast)) {
            Fault fault = plan.at(INSERT).blackHole(position);
            CompletableFuture<Void> statement = client.executing("insert into t default values")
                    .thenCompose(done -> client.executing("insert into t default values"));
            fault.awaitFired(LIMIT);
            isNotAnswered(statement);
            assertThat(rows()).isEqualTo(position == Position.BEFORE_FORWARDING ? 0 : 1);
            toEast.heal();
            finishes(statement);
            assertThat(rows()).isEqualTo(2);
        }
    }

    @Test
    void aBlackHoleAlsoHidesThatTheServerDied() throws Exception {
        try (Client client = Client.of(toEast)) {
            toEast.blackHole();
            CompletableFuture<Void> statement = client.executing("insert into t default values");
            east.kill();
            isNotAnswered(statement);
            toEast.heal();
            ends(statement);
        }
    }

    @Test
    void aPartitionEndsConnectionsAndRefusesNewOnes() throws Exception {
        try (Client client = Client.of(toEast)) {
            toEast.partition();
            fails(client);
            assertThatThrownBy(() -> Client.of(toEast)).isInstanceOf(SQLException.class);
            toEast.heal();
            try (Client late = Client.of(toEast)) {
                late.execute("select 1");
            }
        }
    }

    @Test
    void aCutEndsConnectionsAndAcceptsNewOnes() throws Exception {
        try (Client client = Client.of(toEast);
                Client another = Client.of(toEast)) {
            toEast.cut();
            fails(client);
            fails(another);
            try (Client late = Client.of(toEast)) {
                late.execute("select 1");
            }
        }
    }

    @Test
    void aCallbackRunsBeforeTheServerSeesTheMessage() throws Exception {
        callAt(Position.BEFORE_FORWARDING);
    }

    @Test
    void aCallbackRunsBetweenExecutionAndReply() throws Exception {
        callAt(Position.AFTER_EXECUTED);
    }

    @Test
    void aCallbackRunsAfterTheReplyAndBeforeAnyOtherMessage() throws Exception {
        callAt(Position.AFTER_REPLY);
    }

    private void callAt(Position position) throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch called = new CountDownLatch(1);
        try (Client client = Client.of(toEast);
                Client elsewhere = Client.of(toWest)) {
            Fault fault = plan.at(INSERT).call(position, () -> {
                called.countDown();
                uninterrupted(go);
            });
            CompletableFuture<Void> statement = client.executing("insert into t default values");
            uninterrupted(called);
            assertThat(fault.hasFired()).isFalse();
            assertThat(rows()).isEqualTo(position == Position.BEFORE_FORWARDING ? 0 : 1);
            if (position == Position.AFTER_REPLY) {
                finishes(statement);
            } else {
                assertThat(statement).isNotDone();
            }
            CompletableFuture<Void> next = elsewhere.executing("select 1");
            if (position == Position.AFTER_REPLY) {
                isNotAnswered(next);
            } else {
                finishes(next);
            }
            go.countDown();
            finishes(statement);
            finishes(next);
            fault.awaitFired(LIMIT);
        } finally {
            go.countDown();
        }
    }

    private static void uninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aCallbackMayKillTheNode() throws Exception {
        try (Client client = Client.of(toEast)) {
            plan.at(INSERT).call(Position.AFTER_EXECUTED, east::kill);
            plan.at(INSERT).loseReply();
            fails(client);
            east.start();
            assertThat(rows()).isEqualTo(1);
        }
    }

    @Test
    void aCallbackMayEndTheSessionThatSentTheMessage() throws Exception {
        try (Client client = Client.of(toEast)) {
            plan.at(INSERT)
                    .call(
                            Position.BEFORE_FORWARDING,
                            message -> east.queryForLong("select pg_terminate_backend(?)::int", message.backend()));
            assertThatThrownBy(() -> client.execute("insert into t default values"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57P01"));
            assertThat(rows()).isZero();
        }
    }

    @Test
    void aFailureInACallbackIsReportedAndCutsTheConnection() throws Exception {
        try (Client client = Client.of(toEast)) {
            Fault fault = plan.at(INSERT).call(Position.BEFORE_FORWARDING, () -> {
                throw new IllegalStateException("on purpose");
            });
            fails(client);
            assertThatThrownBy(() -> fault.awaitFired(LIMIT))
                    .isInstanceOf(IllegalStateException.class)
                    .hasRootCauseMessage("on purpose");
        }
    }

    @Test
    void messagesAreCountedOverAllProxiesOfAPlan() throws Exception {
        try (Client client = Client.of(toEast);
                Client elsewhere = Client.of(toWest)) {
            Fault third = plan.at(MessageFilter.any()).nth(3).loseRequest();
            elsewhere.execute("select 1");
            client.execute("insert into t default values");
            assertThat(third.message()).isEmpty();
            assertThatThrownBy(() -> elsewhere.execute("select 3")).isInstanceOf(SQLException.class);
            assertThat(third.message().orElseThrow().node()).isEqualTo("west");
            assertThat(third.message().orElseThrow().sql()).isEqualTo("select 3");
            client.execute("insert into t default values");
            assertThat(plan.fired()).isEqualTo(1);
        }
    }

    @Test
    void messagesOfAnotherApplicationOrNodeAreSpared() throws Exception {
        try (Client victim = Client.of(toEast, "victim");
                Client survivor = Client.of(toEast, "survivor")) {
            plan.at(INSERT.from("victim").on("west")).loseRequest();
            plan.at(INSERT.from("victim").on("east")).loseRequest();
            survivor.execute("insert into t default values");
            fails(victim);
            survivor.execute("insert into t default values");
            assertThat(plan.fired()).isEqualTo(1);
        }
    }

    @Test
    void aLoginIsAMessageThatHasToBeNamed() throws Exception {
        Fault first = plan.at(MessageFilter.any().except(MessageKind.SETUP)).loseRequest();
        Fault login = plan.at(MessageKind.STARTUP).nth(2).loseRequest();
        try (Client client = Client.of(toEast)) {
            assertThatThrownBy(() -> Client.of(toEast)).isInstanceOf(SQLException.class);
            assertThat(login.hasFired()).isTrue();
            assertThat(first.hasFired()).isFalse();
            fails(client);
        }
    }

    @Test
    void aClearedPlanHoldsNothingAndStrikesNoMore() throws Exception {
        try (Client client = Client.of(toEast)) {
            Fault fault = plan.at(INSERT).hold();
            plan.at(INSERT).nth(2).loseRequest();
            CompletableFuture<Void> statement = client.executing("insert into t default values");
            fault.awaitFired(LIMIT);
            plan.clear();
            finishes(statement);
            client.execute("insert into t default values");
            assertThat(rows()).isEqualTo(2);
        }
    }

    @Test
    void roundTripsAreCountedFromTheClientsView() throws Exception {
        try (Client client = Client.of(toEast)) {
            long before = toEast.roundTrips();
            client.execute("select 1; select 2; select 3");
            client.execute("select 4");
            assertThat(toEast.roundTrips() - before).isEqualTo(2);
        }
    }

    @Test
    void countsFromOne() {
        assertThatIllegalArgumentException().isThrownBy(() -> plan.at(INSERT).nth(0));
    }
}
