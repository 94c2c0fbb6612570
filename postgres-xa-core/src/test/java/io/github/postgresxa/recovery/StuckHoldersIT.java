package io.github.postgresxa.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.PoolSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** All places at a node are held by sessions that ask, and finish nothing. What they leave, a visitor does. */
@PostgresNodes({"east", "west"})
class StuckHoldersIT {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final List<Connection> stuck = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService asking = Executors.newSingleThreadScheduledExecutor();
    private PostgresNode east;
    private PostgresNode west;

    @BeforeEach
    void nodes(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        Bank.createAccounts(east, west);
    }

    @AfterEach
    void close() throws SQLException {
        asking.shutdownNow();
        for (Connection one : stuck) {
            one.close();
        }
        west.preparedTransactions().forEach(p -> west.execute("rollback prepared '" + p.gid() + "'"));
    }

    private void occupy(RecoverySettings settings) throws Exception {
        int first = firstPlace(settings);
        Eventually.eventually(SOON, "it leaves it", () -> places() == 0);
        for (int i = 0; i < Places.COUNT; i++) {
            stuck.add(west.connect());
            execute(stuck.get(i), "select pg_advisory_lock(1885829217, %d)".formatted(first + i));
        }
        asking.scheduleWithFixedDelay(
                () -> stuck.forEach(one -> execute(one, "select 1")), 0, 200, TimeUnit.MILLISECONDS);
    }

    /** {@return an instance that finds no place at west, and has given its session back} */
    private PostgresXa visitor(RecoverySettings settings) throws Exception {
        occupy(settings);
        NodeSettings plain = Bank.settings(west);
        PoolSettings pool = new PoolSettings(
                1, 0, Duration.ofMillis(300), Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(1));
        PostgresXa visitor = PostgresXa.builder()
                .name("visitor")
                .node(Bank.settings(east))
                .node(new NodeSettings("west", plain.url(), plain.username(), plain.password(), pool))
                .recovery(settings)
                .build();
        Eventually.eventually(
                SOON, "it has looked, and is away", () -> visitor.nodes().get(1).reachable() && sessions() == 0);
        return visitor;
    }

    private int firstPlace(RecoverySettings settings) throws Exception {
        try (PostgresXa alone = Bank.builder(east, west).recovery(settings).build()) {
            Eventually.eventually(
                    SOON,
                    "it takes a place",
                    () -> places() == 1 && !alone.nodes().isEmpty());
            return (int) west.queryForLong("select l.objid::bigint & ~15 " + FleetIT.PLACES);
        }
    }

    private static void execute(Connection connection, String sql) {
        try (Statement s = connection.createStatement()) {
            s.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private long places() {
        return west.queryForLong("select count(*) " + FleetIT.PLACES);
    }

    private long sessions() {
        return west.queryForLong("select count(*) from pg_stat_activity where application_name = 'postgres-xa visitor'"
                + " and datname = current_database()");
    }

    /** Another transaction is open at its home, so it takes the grace to see that nothing decides it any more. */
    private void leavePrepared() throws SQLException {
        Connection open = east.connect();
        stuck.add(open);
        open.setAutoCommit(false);
        execute(open, "update account set balance = balance where id = 1");
        Bank.leavePrepared(TransactionId.random(), 1, east, west);
    }

    private void awaitTheEnd(Duration limit) throws Exception {
        Eventually.eventually(
                limit, "it is finished", () -> west.preparedTransactions().isEmpty());
        assertThat(Bank.balances(west)).containsExactly(1000L);
    }

    /** The visit after the one that sees it would come at least 12 intervals later. */
    @Test
    void aVisitorStaysUntilItMayFinishWhatItSeesForTheFirstTime() throws Exception {
        Duration interval = Duration.ofMillis(500);
        try (PostgresXa visitor = visitor(new RecoverySettings(true, interval, interval.multipliedBy(5)))) {
            leavePrepared();
            Eventually.eventually(
                    SOON,
                    "a visit sees it",
                    () -> visitor.nodes().get(1).preparedOurs() == 1
                            || west.preparedTransactions().isEmpty());
            awaitTheEnd(interval.multipliedBy(10));
        }
    }

    /** The next visit would come after at least 6 intervals. */
    @Test
    void anOrderToRecoverMakesAVisitorStay() throws Exception {
        try (PostgresXa visitor = visitor(new RecoverySettings(true, Duration.ofSeconds(1), Duration.ofSeconds(1)))) {
            leavePrepared();
            assertThat(visitor.recoverNow().left()).isEqualTo(1);
            awaitTheEnd(Duration.ofMillis(4_500));
        }
    }

    /** Then each instance of a fleet would open a session per interval, where the server has enough to do. */
    @Test
    void aVisitorWithoutAFreeConnectionKeepsTheSessionInWhichItLooks() throws Exception {
        RecoverySettings settings = new RecoverySettings(true, Duration.ofMillis(200), Duration.ofMillis(600));
        try (PostgresXa visitor = visitor(settings);
                Connection watch = west.connect();
                Connection only = visitor.dataSource("west").getConnection()) {
            assertThat(only.isValid(1)).isTrue();
            long before = begun(watch);
            for (int i = 0; i < 12; i++) {
                try (Connection none = visitor.dataSource("west").getConnection()) {
                    throw new AssertionError("the pool has one: " + none);
                } catch (SQLException expected) {
                    assertThat(expected.getMessage()).contains("west");
                }
            }
            assertThat(begun(watch) - before)
                    .as("new sessions in about 4 s; with one for each interval 18")
                    .isLessThan(8);
        }
    }

    /** Otherwise rows would stay as long as those want them that hold the places. */
    @Test
    void anInstanceThatKeepsDecisionsForAnotherTimeCleansUpItself() throws Exception {
        occupy(Bank.FAST);
        west.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator, decided_at)"
                + " values (gen_random_uuid(), 'C', '1', 'bank', now() - interval '1 s')");
        try (PostgresXa brief = Bank.builder(east, west)
                .recovery(Bank.FAST)
                .decision(new DecisionSettings("pgxa", true, Duration.ZERO, false))
                .build()) {
            Eventually.eventually(
                    SOON,
                    "the row is gone",
                    () -> west.queryForLong("select count(*) from pgxa.decision") == 0
                            && !brief.nodes().isEmpty());
        }
    }

    private static long begun(Connection watch) throws SQLException {
        try (Statement s = watch.createStatement();
                ResultSet rows =
                        s.executeQuery("select sessions from pg_stat_database where datname = current_database()")) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
