package io.github.postgresxa.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.support.Copies;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.support.LogLines;
import io.github.postgresxa.support.OldDisk;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens to the server, or to one of its databases, is noticed also where another session watches. */
class ServerMatesFaultsIT extends ServerMatesTest {

    @Test
    void aDatabaseThatIsDroppedOrRenamedIsNoticedAtOnce() throws Exception {
        PostgresXa xa = start();
        awaitOneSession();
        Copies.maintain(east, "drop database mates_three", "alter database mates_two rename to mates_four");
        try {
            Eventually.eventually(
                    SOON,
                    "both are missed",
                    () -> xa.nodes().stream().filter(NodeStatus::reachable).count() == 1);
            assertThat(xa.nodes().get(2).problem()).contains("mates_three");
        } finally {
            Copies.maintain(east, "alter database mates_four rename to mates_two");
        }
        Eventually.eventually(SOON, "it is back", () -> xa.nodes().get(1).reachable());
    }

    @Test
    void afterTheServersRestartEachIsScannedAndOneSessionWatchesAgain() throws Exception {
        PostgresXa xa = start();
        awaitOneSession();
        leaveOrphan("three", url("three"), "two");
        east.kill();
        east.start();
        Eventually.eventually(LONG, "the branch is finished", () -> prepared(url("three")) == 0);
        Eventually.eventually(SOON, "all answer", () -> xa.nodes().stream().allMatch(NodeStatus::reachable));
        awaitOneSession();
        leaveOrphanAndAwait("two", url("two"), "three");
    }

    @Test
    void anOlderDiskIsNoticedAlsoForThoseThatFollow() throws Exception {
        PostgresXa xa = start();
        awaitOneSession();
        // After the last scan of the others, so that their own positions show nothing.
        try (OldDisk old = OldDisk.ofRunning(east)) {
            execute(url("one"), "create table filler as select repeat('x', 1000) from generate_series(1, 5000)");
            // The session in the first one sees that, and the others are not visited yet.
            Thread.sleep(5 * INTERVAL.toMillis());
            List<String> lines = LogLines.of(Recovery.class, () -> {
                try {
                    old.putBack();
                    awaitScans(xa);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            for (String node : NODES) {
                assertThat(lines)
                        .as("the disk of " + node)
                        .anyMatch(line -> line.startsWith("node '" + node + "' has gone back in time"));
            }
        }
    }

    @Test
    void theFirstOneGoneAnotherTakesItsPart() throws Exception {
        start();
        awaitOneSession();
        Copies.maintain(east, "drop database mates_one with (force)");
        Eventually.eventually(
                LONG, "the second one watches", () -> sessions("mates_two") == 1 && sessions("mates_%") == 1);
        leaveOrphanAndAwait("three", url("three"), "two");
        Copies.maintain(east, "create database mates_one");
    }

    private static void awaitScans(PostgresXa xa) throws Exception {
        Instant now = Instant.now();
        Eventually.eventually(
                LONG,
                "all are scanned",
                () -> xa.nodes().stream()
                        .allMatch(n -> n.reachable() && n.observedAt().isAfter(now)));
    }
}
