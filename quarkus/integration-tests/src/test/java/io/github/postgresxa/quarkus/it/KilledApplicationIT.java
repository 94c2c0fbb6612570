package io.github.postgresxa.quarkus.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged application is killed and started again: no transfer is lost, done twice, or left prepared. */
@PostgresNodes({"east", "west", "ledger"})
class KilledApplicationIT {

    private static final int CLIENTS = 8;
    private static final Duration SETTLED = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final PostgresNode east;
    private final PostgresNode west;
    private final PostgresNode ledger;

    KilledApplicationIT(PostgresNode east, PostgresNode west, PostgresNode ledger) {
        this.east = east;
        this.west = west;
        this.ledger = ledger;
    }

    @Test
    void whatWasDecidedIsFinishedAfterARestart() throws Exception {
        String finish = UUID.randomUUID().toString();
        String mixed = UUID.randomUUID().toString();
        try (RunningApplication first = start()) {
            assertThat(first.post("halt-at-finish/" + finish)).isFalse();
            first.awaitEnd();
        }
        try (RunningApplication second = start()) {
            assertThat(second.post("ledger/" + mixed + "-whole")).isTrue();
            assertThat(second.post("halt-at-ledger/" + mixed)).isFalse();
            second.awaitEnd();
        }
        assertThat(ledger.preparedTransactions()).isNotEmpty();
        assertThat(west.preparedTransactions()).isNotEmpty();

        try (RunningApplication third = start()) {
            nothingIsPrepared();
        }
        for (PostgresNode node : List.of(east, west)) {
            assertThat(has(node, finish)).isEqualTo(1);
        }
        for (PostgresNode node : List.of(east, west, ledger)) {
            assertThat(has(node, mixed)).as(node.name()).isEqualTo(1);
            assertThat(has(node, mixed + "-whole")).isEqualTo(1);
        }
    }

    @Test
    void noTransferIsLostUnderKills() throws Exception {
        int kills = Integer.getInteger("kills", 2);
        long seed = Long.getLong("kills.seed", System.nanoTime());
        System.out.println("-Dkills.seed=" + seed);
        Random random = new Random(seed);
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        for (int kill = 0; kill < kills; kill++) {
            try (RunningApplication application = start()) {
                load(application, acknowledged, Duration.ofMillis(500 + random.nextInt(2500)));
            }
        }
        try (RunningApplication last = start()) {
            nothingIsPrepared();
            assertThat(last.post("transfer/" + UUID.randomUUID())).isTrue();
        }

        List<String> easts = ids(east);
        List<String> wests = ids(west);
        assertThat(easts).containsExactlyInAnyOrderElementsOf(wests); // the key forbids a second one of the same id
        assertThat(easts).containsAll(acknowledged);
        assertThat(east.queryForLong("select sum(amount) from part")
                        + west.queryForLong("select sum(amount) from part"))
                .isZero();
        System.out.printf(
                "%d kills: %d transfers acknowledged, %d on the nodes%n", kills, acknowledged.size(), easts.size());
        assertThat(acknowledged).hasSizeGreaterThan(kills);
    }

    private static void load(RunningApplication application, Set<String> acknowledged, Duration length)
            throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                running.add(clients.submit(() -> {
                    while (!over.get()) {
                        String id = UUID.randomUUID().toString();
                        if (application.post("transfer/" + id)) {
                            acknowledged.add(id);
                        }
                    }
                    return null;
                }));
            }
            int before = acknowledged.size();
            long limit = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (acknowledged.size() < before + CLIENTS && System.nanoTime() < limit) {
                Thread.sleep(10); // A busy machine: a kill before the first transfer would prove nothing.
            }
            Thread.sleep(length.toMillis());
            application.kill();
            over.set(true);
            for (Future<?> client : running) {
                client.get();
            }
        } finally {
            over.set(true);
            clients.shutdownNow();
        }
    }

    private RunningApplication start() throws Exception {
        return RunningApplication.start(directory, east, west, ledger);
    }

    private void nothingIsPrepared() throws InterruptedException {
        long limit = System.nanoTime() + SETTLED.toNanos();
        for (PostgresNode node : List.of(east, west, ledger)) {
            while (!node.preparedTransactions().isEmpty()) {
                assertThat(System.nanoTime())
                        .as(() -> node.name() + " still has " + node.preparedTransactions())
                        .isLessThan(limit);
                Thread.sleep(100);
            }
        }
    }

    private static long has(PostgresNode node, String id) {
        return node.queryForLong("select count(*) from part where id = ?", id);
    }

    private static List<String> ids(PostgresNode node) {
        String all = node.queryForString("select string_agg(id, ',') from part");
        return all.isEmpty() ? List.of() : List.of(all.split(","));
    }
}
