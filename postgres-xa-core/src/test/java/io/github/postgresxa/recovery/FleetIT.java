package io.github.postgresxa.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.FaultProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many instances use the same nodes: they share the looks at them, and each branch is still finished in time. */
@PostgresNodes({"east", "west"})
class FleetIT {

    private static final Duration INTERVAL = Duration.ofMillis(200);
    private static final RecoverySettings SETTINGS = new RecoverySettings(true, INTERVAL, Duration.ofMillis(600), true);
    private static final Duration SOON = Duration.ofSeconds(5);

    /** The longest wait of a visitor, 72 intervals of 200 ms, and a pass. */
    private static final Duration UNTIL_A_VISIT = Duration.ofSeconds(20);

    /** The places that are held in a database, with the sessions that hold them. */
    static final String PLACES = """
            from pg_locks l join pg_stat_activity a using (pid)
            where l.locktype = 'advisory' and l.objsubid = 2 and l.classid = 1885829217
              and a.datname = current_database()""";

    private final Map<String, PostgresXa> fleet = new LinkedHashMap<>();
    private final List<Connection> others = new ArrayList<>();
    private final ScheduledExecutorService asking = Executors.newSingleThreadScheduledExecutor();
    private PostgresNode east;
    private PostgresNode west;

    @BeforeEach
    void nodes(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
    }

    @AfterEach
    void close() throws SQLException {
        asking.shutdownNow();
        fleet.values().forEach(PostgresXa::close);
        for (Connection other : others) {
            other.close();
        }
        west.start();
        west.preparedTransactions().forEach(p -> west.execute("rollback prepared '" + p.gid() + "'"));
    }

    private void start(int instances, RecoverySettings settings, PostgresNode... nodes) {
        for (int i = 0; i < instances; i++) {
            String name = "fleet-" + fleet.size();
            fleet.put(name, Bank.builder(nodes).name(name).recovery(settings).build());
        }
        Bank.createAccounts(nodes);
    }

    private static long places(PostgresNode node) {
        return node.queryForLong("select count(*) " + PLACES);
    }

    private static long sessions(PostgresNode node) {
        return node.queryForLong("select count(*) from pg_stat_activity where application_name like '% fleet-%'"
                + " and datname = current_database()");
    }

    /** {@return the name of the instance that holds the place with this rank, counted from 0} */
    private static String holder(PostgresNode node, int rank) {
        return node.queryForString("select a.application_name " + PLACES + " order by l.objid limit 1 offset " + rank)
                .replace("postgres-xa ", "");
    }

    private void leaveAndAwait(PostgresNode home, Duration limit) throws Exception {
        Bank.leavePrepared(TransactionId.random(), 1, home, west);
        Eventually.eventually(
                limit,
                "the branch is finished",
                () -> west.preparedTransactions().isEmpty());
    }

    private static void awaitPlaces(PostgresNode node, int expected) throws Exception {
        Eventually.eventually(SOON, expected + " places are held", () -> places(node) == expected);
        Eventually.eventually(SOON, "the others give their sessions back", () -> sessions(node) <= expected);
    }

    @Test
    void aFewSessionsLookForAllAndTheOthersAreGivenBack() throws Exception {
        start(12, SETTINGS, east, west);
        awaitPlaces(east, Places.COUNT);
        awaitPlaces(west, Places.COUNT);
        // Visits are frequent at first.
        Thread.sleep(4_000);
        long before = transactions();
        Thread.sleep(4_000);
        assertThat((transactions() - before) / 4)
                .as("transactions per second; 12 instances alone would end 60 and more")
                .isLessThan(35);
        assertThat(sessions(west)).isLessThan(Places.COUNT + 4L);
        for (int i = 0; i < 5; i++) {
            leaveAndAwait(east, SOON);
        }
        assertThat(Bank.balances(west)).containsExactly(1000L);
    }

    private long transactions() {
        return west.queryForLong(
                "select xact_commit + xact_rollback from pg_stat_database" + " where datname = current_database()");
    }

    @Test
    void whereHoldersAreGoneOthersTakeTheirPlaces() throws Exception {
        start(12, SETTINGS, east, west);
        awaitPlaces(west, Places.COUNT);
        west.execute("select pg_terminate_backend(a.pid) " + PLACES);
        leaveAndAwait(east, SOON);
        awaitPlaces(west, Places.COUNT);
        for (int i = 0; i < Places.COUNT; i++) {
            // The next place is then the first.
            PostgresXa gone = fleet.remove(holder(west, 0));
            if (gone != null) {
                gone.close();
            }
        }
        leaveAndAwait(east, UNTIL_A_VISIT);
        Eventually.eventually(
                UNTIL_A_VISIT, "all that are left look", () -> places(west) == Math.min(fleet.size(), Places.COUNT));
    }

    @Test
    void whoKnowsOnlySomeNodesTakesNoPlaceFromThoseThatKnowMore() throws Exception {
        start(Places.COUNT, SETTINGS, west);
        awaitPlaces(west, Places.COUNT);
        start(1, SETTINGS, east, west);
        awaitPlaces(west, Places.COUNT + 1);
        leaveAndAwait(east, SOON);
    }

    @Test
    void whoReachesTheHomeSettlesWhatAllHoldersCannot() throws Exception {
        try (FaultProxy way = FaultProxy.before(east)) {
            for (int i = 0; i < Places.COUNT; i++) {
                String name = "fleet-" + i;
                fleet.put(
                        name,
                        PostgresXa.builder()
                                .name(name)
                                .node("east", way.jdbcUrl(), east.username(), east.password())
                                .node("west", west.jdbcUrl(), west.username(), west.password())
                                .recovery(SETTINGS)
                                .build());
            }
            Bank.createAccounts(west);
            awaitPlaces(west, Places.COUNT);
            start(1, SETTINGS, east, west);
            way.partition();
            leaveAndAwait(east, UNTIL_A_VISIT);
        }
    }

    @Test
    void whoRecoversNothingTakesNoPlaceFromThoseThatDo() throws Exception {
        start(Places.COUNT, new RecoverySettings(false, INTERVAL, SETTINGS.grace()), east, west);
        awaitPlaces(west, Places.COUNT);
        start(1, SETTINGS, east, west);
        awaitPlaces(west, Places.COUNT + 1);
        leaveAndAwait(east, SOON);
    }

    @Test
    void aHolderThatIsSilentIsReplaced() throws Exception {
        start(1, SETTINGS, east, west);
        awaitPlaces(west, 1);
        occupyTheRest();
        start(1, SETTINGS, east, west);
        Eventually.eventually(UNTIL_A_VISIT, "the second one looks, too", () -> places(west) == Places.COUNT + 1);
        assertThat(holder(west, Places.COUNT)).startsWith("fleet-");
        leaveAndAwait(east, SOON);
    }

    /** Sessions that hold places and never look: their machine is gone, or they hang. */
    private void occupyTheRest() throws SQLException {
        String first = west.queryForString("select l.objid::bigint & ~15 " + PLACES);
        while (places(west) < Places.COUNT) {
            Connection other = west.connect();
            others.add(other);
            try (Statement s = other.createStatement()) {
                s.execute(("select place from generate_series(%1$s, %1$s + 6) place"
                                + " where pg_try_advisory_lock(1885829217, place) limit 1")
                        .formatted(first));
            }
        }
    }

    @Test
    void aVisitorLooksAtOnceAtANodeThatGivesItsWorkNoConnection() throws Exception {
        start(1, SETTINGS, east, west);
        awaitPlaces(west, 1);
        occupyTheRest();
        asking.scheduleWithFixedDelay(this::askOnTheOthers, 0, 200, TimeUnit.MILLISECONDS);
        start(1, SETTINGS, east, west);
        PostgresXa visitor = Objects.requireNonNull(fleet.get("fleet-1"));
        Eventually.eventually(
                SOON,
                "it is away",
                () -> sessions(west) == 1 && visitor.nodes().get(1).reachable());
        west.kill();
        try (Connection none = visitor.dataSource("west").getConnection()) {
            throw new AssertionError("it is down: " + none);
        } catch (SQLException expected) {
            Eventually.eventually(
                    Duration.ofSeconds(2),
                    "the visitor sees it",
                    () -> !visitor.nodes().get(1).reachable());
        }
        west.start();
        Eventually.eventually(
                SOON, "and that it is back", () -> visitor.nodes().stream().allMatch(NodeStatus::reachable));
    }

    private void askOnTheOthers() {
        for (Connection other : others) {
            try (Statement s = other.createStatement()) {
                s.execute("select 1");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void whoDoesNotShareLooksAsIfItWereAlone() throws Exception {
        start(Places.COUNT + 2, new RecoverySettings(true, INTERVAL, SETTINGS.grace(), false), east, west);
        Thread.sleep(1_000);
        assertThat(places(west)).isZero();
        assertThat(sessions(west)).isEqualTo(Places.COUNT + 2L);
    }

    @Test
    void aSessionThatIsNotNeededSoonIsGivenBack() throws Exception {
        start(1, new RecoverySettings(true, Duration.ofSeconds(11), Duration.ofSeconds(1)), west);
        Eventually.eventually(Duration.ofSeconds(15), "it is closed after the look", () -> sessions(west) == 0);
        assertThat(fleet.values()).allMatch(xa -> xa.recoverNow().problems().isEmpty());
    }
}
