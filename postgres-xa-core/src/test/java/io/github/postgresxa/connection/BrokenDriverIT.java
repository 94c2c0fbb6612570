package io.github.postgresxa.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.PoolSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.node.SessionInspection;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.BrokenCall;
import io.github.postgresxa.test.fault.BrokenSockets;
import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.SocketMoment;
import jakarta.transaction.RollbackException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGConnection;

/**
 * The driver breaks within a call while its connection is healthy. From then on nothing that it says about the
 * session counts.
 */
@PostgresNodes({"east", "west"})
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BrokenDriverIT {

    private static final int SIZE = 2;
    private static final String UPDATE = "update account set balance = balance + 100 where id = 1";

    private final BrokenSockets sockets = new BrokenSockets();
    private final SessionInspection inspection = new SessionInspection();
    private PostgresNode east;
    private PostgresNode west;
    private Bank bank;

    /** Each moment with each kind of exception. */
    static Stream<Arguments> breaks() {
        Stream<Arguments> moments = Stream.of(SocketMoment.values())
                .map(moment -> Arguments.of(moment, (Supplier<Throwable>) StackOverflowError::new));
        Stream<Supplier<Throwable>> others = Stream.of(
                OutOfMemoryError::new,
                () -> new IllegalStateException("broken"),
                () -> new CloneNotSupportedException("a checked one"));
        return Stream.concat(moments, others.map(what -> Arguments.of(SocketMoment.AFTER_READ, what)));
    }

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        Bank.createAccounts(east, west);
        PostgresXa.Builder builder =
                PostgresXa.builder().home("first-used").name("bank").recovery(Bank.FAST);
        for (PostgresNode node : List.of(east, west)) {
            builder.node(new NodeSettings(
                    node.name(),
                    sockets.way(node.name(), node.jdbcUrl()),
                    node.username(),
                    node.password(),
                    PoolSettings.DEFAULT.withMaxSize(SIZE)));
        }
        bank = Bank.over(builder.build(), List.of(east, west));
    }

    @AfterEach
    void everySessionIsInOrder() throws Exception {
        sockets.clear();
        if (bank.xa.currentTransaction().isPresent()) {
            // The test has failed.
            bank.transaction().rollback();
        }
        assertThat(bank.xa.pool("east").active() + bank.xa.pool("west").active())
                .as("connections in use")
                .isZero();
        HandedOut.isInOrder(bank.xa, east, SIZE);
        HandedOut.isInOrder(bank.xa, west, SIZE);
        Eventually.eventually(Duration.ofSeconds(5), "nothing is left prepared", () -> bank.prepared() == 0);
        bank.close();
        sockets.close();
        inspection.close();
    }

    private BrokenCall at(String text, SocketMoment moment, Supplier<? extends Throwable> what) {
        return sockets.at(call -> call.message().sql().contains(text)).call(1, moment, what);
    }

    private BrokenCall at(MessageKind kind, SocketMoment moment) {
        return sockets.at(call -> call.message().kind() == kind).call(1, moment, StackOverflowError::new);
    }

    /** The exception arrives unchanged, if a caller of JDBC can expect it. */
    private static void reaches(Throwable what, ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        if (what instanceof Error || what instanceof RuntimeException) {
            assertThat(thrown).hasSameClassAs(what);
        } else {
            assertThat(thrown).isInstanceOf(SQLException.class).hasCauseInstanceOf(what.getClass());
        }
    }

    /** A driver that is out of step would add earlier work to the next transaction. */
    private void theNextTransactionCommitsItsOwnWorkAlone(long expected) throws Exception {
        for (int i = 0; i < SIZE; i++) {
            bank.transaction().begin();
            bank.add("east", 1);
            bank.add("west", 1);
            bank.transaction().commit();
        }
        assertThat(bank.balances()).containsExactly(expected + SIZE, 1000L + SIZE);
    }

    @Nested
    class OutsideOfATransaction {

        @ParameterizedTest
        @MethodSource("io.github.postgresxa.connection.BrokenDriverIT#breaks")
        void workThatWasNotCommittedIsInNobodyElsesTransaction(SocketMoment moment, Supplier<Throwable> what)
                throws Exception {
            bank.read("east");
            BrokenCall broken = at("balance + 100", moment, what);
            try (Connection c = bank.connection("east");
                    Statement s = c.createStatement()) {
                c.setAutoCommit(false);
                reaches(what.get(), () -> s.executeUpdate(UPDATE));
            }
            assertThat(broken.hasFired()).isTrue();
            theNextTransactionCommitsItsOwnWorkAlone(1000);
        }

        @ParameterizedTest
        @EnumSource(SocketMoment.class)
        void whatTheApplicationDoesNextOnThatConnectionIsRefused(SocketMoment moment) throws Exception {
            bank.read("east");
            at("balance + 100", moment, StackOverflowError::new);
            try (Connection c = bank.connection("east");
                    Statement s = c.createStatement()) {
                c.setAutoCommit(false);
                assertThatThrownBy(() -> s.executeUpdate(UPDATE)).isInstanceOf(StackOverflowError.class);
                assertThatThrownBy(() -> s.executeQuery("select 1")).isInstanceOf(SQLException.class);
                assertThatThrownBy(c::commit).isInstanceOf(SQLException.class);
            }
            theNextTransactionCommitsItsOwnWorkAlone(1000);
        }

        @Test
        void aCursorThatBreaksAtItsNextRowsIsNotUsedAgain() throws Exception {
            try (Connection c = bank.connection("east")) {
                readAndBreak(c);
            }
        }
    }

    /** In a transaction, through a result set that fetches its next rows from the server. */
    private void readAndBreak(Connection c) throws SQLException {
        c.setAutoCommit(false);
        try (Statement s = c.createStatement()) {
            s.executeUpdate(UPDATE);
            s.setFetchSize(2);
            try (ResultSet rows = s.executeQuery("select * from generate_series(1, 6)")) {
                rows.next();
                rows.next();
                // Recovery reads from this node, too.
                sockets.at(call -> call.message().node().equals("east")
                                && call.message().kind() == MessageKind.WORK)
                        .call(1, SocketMoment.AFTER_READ, StackOverflowError::new);
                assertThatThrownBy(rows::next).isInstanceOf(StackOverflowError.class);
            }
        }
    }

    @Nested
    class InsideATransaction {

        @ParameterizedTest
        @MethodSource("io.github.postgresxa.connection.BrokenDriverIT#breaks")
        void aBranchWhoseDriverBrokeCanOnlyRollBack(SocketMoment moment, Supplier<Throwable> what) throws Exception {
            BrokenCall broken = at("balance + 100", moment, what);
            bank.transaction().begin();
            bank.add("west", -100);
            reaches(what.get(), () -> bank.execute("east", UPDATE));
            assertThat(broken.hasFired()).isTrue();
            assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
            assertThat(bank.balances()).containsExactly(1000L, 1000L);
            theNextTransactionCommitsItsOwnWorkAlone(1000);
        }

        @Test
        void alsoOneThatBrokeInAResultSet() throws Exception {
            bank.transaction().begin();
            bank.add("west", -100);
            try (Connection c = bank.connection("east")) {
                readAndBreak(c);
            }
            assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
            assertThat(bank.balances()).containsExactly(1000L, 1000L);
        }

        @ParameterizedTest
        @EnumSource(SocketMoment.class)
        void rollingBackReachesThePoolWithNothingOpen(SocketMoment moment) throws Exception {
            bank.transaction().begin();
            bank.execute("east", UPDATE);
            BrokenCall broken = at(MessageKind.ROLLBACK, moment);
            bank.transaction().rollback();
            assertThat(broken.hasFired()).isTrue();
            theNextTransactionCommitsItsOwnWorkAlone(1000);
        }

        @ParameterizedTest
        @EnumSource(SocketMoment.class)
        void aPrepareThatBreaksRollsBack(SocketMoment moment) throws Exception {
            begin();
            at(MessageKind.PREPARE, moment);
            assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
            assertThat(bank.balances()).containsExactly(1000L, 1000L);
        }

        @ParameterizedTest
        @EnumSource(SocketMoment.class)
        void aDecisionThatBreaksIsAskedFor(SocketMoment moment) throws Exception {
            begin();
            BrokenCall broken = at(MessageKind.DECISION, moment);
            Throwable problem = catchThrowable(() -> bank.transaction().commit());
            assertThat(broken.hasFired()).isTrue();
            if (problem == null) {
                Eventually.eventually(
                        Duration.ofSeconds(5),
                        "both branches are committed",
                        () -> bank.balances().equals(List.of(990L, 1010L)));
            } else {
                assertThat(problem).isInstanceOf(RollbackException.class);
                assertThat(bank.balances()).containsExactly(1000L, 1000L);
            }
            assertThat(problem == null || moment != SocketMoment.AFTER_READ)
                    .as("a decision that was carried out is known")
                    .isTrue();
        }

        @ParameterizedTest
        @EnumSource(SocketMoment.class)
        void aFinishThatBreaksChangesNoOutcome(SocketMoment moment) throws Exception {
            begin();
            at(MessageKind.COMMIT_PREPARED, moment);
            bank.transaction().commit();
            Eventually.eventually(
                    Duration.ofSeconds(5),
                    "both branches are committed",
                    () -> bank.balances().equals(List.of(990L, 1010L)));
        }

        private void begin() throws Exception {
            bank.transaction().begin();
            bank.add("east", -10);
            bank.add("west", 10);
        }
    }

    /** A stream of the application is read in the middle of a message. */
    @Nested
    class TheApplicationsStream {

        private static final int LENGTH = 100_000;

        static List<Supplier<Throwable>> problems() {
            return List.of(
                    () -> new IllegalStateException("the stream broke"),
                    StackOverflowError::new,
                    () -> new IOException("the stream broke"));
        }

        private InputStream breaking(Supplier<Throwable> problem) {
            InputStream half = new ByteArrayInputStream(new byte[LENGTH / 2]);
            return new InputStream() {
                @Override
                public int read() throws IOException {
                    int next = half.read();
                    if (next < 0) {
                        BrokenDriverIT.<RuntimeException>sneak(problem.get());
                    }
                    return next;
                }
            };
        }

        private void insert(Supplier<Throwable> problem) throws SQLException {
            try (Connection c = bank.connection("east");
                    PreparedStatement p = c.prepareStatement("insert into picture values (?)")) {
                p.setBinaryStream(1, breaking(problem), LENGTH);
                assertThat(catchThrowable(p::executeUpdate)).isNotNull();
            }
        }

        @BeforeEach
        void createTable() {
            east.execute("create table if not exists picture (content bytea)", "truncate picture");
        }

        @ParameterizedTest
        @MethodSource("problems")
        void breaksNothingForTheNextUser(Supplier<Throwable> problem) throws Exception {
            insert(problem);
            HandedOut.isInOrder(bank.xa, east, SIZE);
            assertThat(east.queryForLong("select count(*) from picture")).isZero();
        }

        @ParameterizedTest
        @MethodSource("problems")
        void breaksNothingForTheNextTransaction(Supplier<Throwable> problem) throws Exception {
            bank.transaction().begin();
            bank.add("east", 100);
            insert(problem);
            bank.transaction().rollback();
            theNextTransactionCommitsItsOwnWorkAlone(1000);
        }

        @ParameterizedTest
        @MethodSource("problems")
        void ofACopyBreaksNothingForTheNextUser(Supplier<Throwable> problem) throws Exception {
            try (Connection c = bank.connection("east")) {
                assertThat(catchThrowable(() -> c.unwrap(PGConnection.class)
                                .getCopyAPI()
                                .copyIn("copy picture from stdin", breaking(problem))))
                        .isNotNull();
            }
            HandedOut.isInOrder(bank.xa, east, SIZE);
        }

        @Test
        void ofACopyThatIsLeftOpenHoldsNobodyUp() throws Exception {
            try (Connection c = bank.connection("east")) {
                c.unwrap(PGConnection.class).getCopyAPI().copyIn("copy picture from stdin");
            }
            HandedOut.isInOrder(bank.xa, east, SIZE);
        }
    }

    /** The stack may end in the driver or in one of our classes. */
    @Nested
    class AStackThatIsAtItsEnd {

        private static final int FRAMES_APART = 9;
        private static final int TRIES = 60;

        private int depth;

        @Test
        void leavesNothingBehindOutsideOfATransaction() throws Exception {
            for (int i = 1; i <= TRIES; i++) {
                try (Connection c = bank.connection("east");
                        Statement s = c.createStatement()) {
                    c.setAutoCommit(false);
                    above(i * FRAMES_APART, () -> s.executeUpdate(UPDATE));
                }
            }
            theNextTransactionCommitsItsOwnWorkAlone(1000);
            theTimersOfTheProcessStillWork();
        }

        @Test
        void leavesNothingBehindInATransactionThatRollsBack() throws Exception {
            for (int i = 1; i <= TRIES; i++) {
                bank.transaction().begin();
                Connection c = bank.connection("east");
                Statement s = c.createStatement();
                above(i * FRAMES_APART, () -> s.executeUpdate(UPDATE));
                bank.transaction().rollback();
            }
            theNextTransactionCommitsItsOwnWorkAlone(1000);
            theTimersOfTheProcessStillWork();
        }

        /** An error in the middle of the JDK's queue would leave a hole in it, for everything in the process. */
        private static void theTimersOfTheProcessStillWork() throws Exception {
            List<CompletableFuture<Boolean>> timed = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                timed.add(new CompletableFuture<Boolean>().completeOnTimeout(true, i % 7, TimeUnit.MILLISECONDS));
            }
            for (CompletableFuture<Boolean> one : timed) {
                assertThat(one.get(10, TimeUnit.SECONDS)).isTrue();
            }
        }

        /** Calls with so many small frames left. */
        private void above(int left, ThrowingCallable call) throws InterruptedException {
            Thread thread = new Thread(
                    null,
                    () -> {
                        depth = 0;
                        toTheEnd();
                        into(depth - left, call);
                    },
                    "small stack",
                    256 * 1024);
            thread.start();
            thread.join();
        }

        private void toTheEnd() {
            depth++;
            try {
                toTheEnd();
            } catch (StackOverflowError e) {
                return;
            }
        }

        private void into(int frames, ThrowingCallable call) {
            if (frames > 0) {
                into(frames - 1, call);
                return;
            }
            try {
                call.call();
            } catch (Throwable e) {
                // Only what follows counts.
                return;
            }
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
