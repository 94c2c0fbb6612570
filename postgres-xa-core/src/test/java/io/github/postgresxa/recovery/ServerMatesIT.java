package io.github.postgresxa.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.StandbyNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Three databases of one server are three nodes: a quiet one is watched by the session in the first one. */
class ServerMatesIT extends ServerMatesTest {

    @Test
    void oneSessionWatchesThemAndEachBranchIsFinishedInTime() throws Exception {
        PostgresXa xa = start();
        awaitOneSession();
        leaveOrphanAndAwait("two", url("two"), "one");
        leaveOrphanAndAwait("three", url("three"), "two");
        leaveOrphanAndAwait("one", url("one"), "two");
        awaitOneSession();
        long before = transactions();
        Thread.sleep(3_000);
        assertThat(transactions() - before)
                .as("transactions in the other two; by themselves they would be 30")
                .isLessThan(20);
        assertThat(xa.nodes()).allMatch(NodeStatus::reachable);
        assertThat(xa.recoverNow().problems()).isEmpty();
    }

    @Test
    void whoDoesNotShareKeepsASessionInEach() throws Exception {
        start(
                new RecoverySettings(true, INTERVAL, SETTINGS.grace(), false),
                Map.of("one", url("one"), "two", url("two"), "three", url("three")));
        Thread.sleep(3_000);
        assertThat(sessions("mates_%")).isEqualTo(NODES.size());
    }

    @Test
    void aFleetNeedsPlacesInTheFirstOneOnly() throws Exception {
        for (int i = 0; i < Places.COUNT + 2; i++) {
            start();
        }
        Eventually.eventually(
                LONG,
                "seven watch all",
                () -> sessions("mates_one") == Places.COUNT && sessions("mates_%") == Places.COUNT);
        leaveOrphanAndAwait("two", url("two"), "three");
    }

    @Test
    void aCopyOfTheServerIsAnotherServer() throws Exception {
        try (StandbyNode clone = east.standby("mates")) {
            clone.awaitCaughtUp();
            clone.stop();
            Path data = clone.dataDirectory().orElseThrow();
            Files.delete(data.resolve("standby.signal"));
            clone.start();
            String copied = clone.jdbcUrl().replace("/" + clone.database(), "/mates_two");
            String incarnation = "select (select system_identifier from pg_control_system()) || ':'"
                    + " || left(pg_walfile_name(pg_current_wal_lsn()), 8)";
            assertThat(text(copied, incarnation)).isEqualTo(text(url("two"), incarnation));
            start(SETTINGS, Map.of("one", url("one"), "two", copied, "three", url("three")));
            Eventually.eventually(
                    LONG,
                    "the other one on the server follows",
                    () -> sessions("mates_one") == 1 && sessions("mates_%") == 1);
            String there = "select count(*) from pg_stat_activity where application_name like '% mates-%'";
            for (int i = 0; i < 10; i++) {
                assertThat(text(copied, there)).isEqualTo("1");
                Thread.sleep(INTERVAL.toMillis());
            }
            leaveOrphanAndAwait("two", copied, "one");
            leaveOrphanAndAwait("three", url("three"), "two");
        }
    }

    private long transactions() {
        return east.queryForLong("select sum(xact_commit + xact_rollback)::bigint from pg_stat_database"
                + " where datname in ('mates_two', 'mates_three')");
    }
}
