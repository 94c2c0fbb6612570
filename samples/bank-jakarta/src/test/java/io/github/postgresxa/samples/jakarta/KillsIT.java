package io.github.postgresxa.samples.jakarta;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.samples.jakarta.probe.jms.AnnouncementResource;
import io.github.postgresxa.samples.jakarta.server.Feature;
import io.github.postgresxa.samples.jakarta.server.Server;
import io.github.postgresxa.samples.jakarta.server.Wait;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * The server dies with SIGKILL while clients are at work, at a moment of chance. {@code -Dkills=50} says how many
 * times; the system property {@code bank.kills.seed} repeats the moments.
 */
@PostgresNodes({"east", "west"})
class KillsIT {

    private static final int KILLS = Integer.getInteger("bank.kills", 2);
    private static final int TRANSFERS_BEFORE_A_KILL = 60;
    private static final int RANDOM_MILLIS = 2000;
    private static final Duration LIMIT = Duration.ofSeconds(120);

    private final Server server = Server.running();
    private final long seed = Long.getLong("bank.kills.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Books books;

    KillsIT(PostgresNode east, PostgresNode west) {
        this.books = new Books(east, west);
    }

    @Test
    void noTransferIsLostDoubledOrHalfDone(PostgresNode east, PostgresNode west) throws Exception {
        System.out.println("KillsIT: bank.kills.seed=" + seed);
        boolean broker = server.lacks(Feature.JMS).isEmpty()
                && server.lacks(Feature.RECOVERY_OF_MIXED).isEmpty();
        Set<UUID> acknowledged = new HashSet<>();
        Set<UUID> announced = new HashSet<>();
        try (Deployment bank = new Deployment(east, west)) {
            if (broker) {
                bank.war().classesBeside(AnnouncementResource.class);
            }
            bank.deployed();
            Announcing announcing = broker ? new Announcing(bank) : null;
            Set<String> before = broker ? new HashSet<>(announcing.announced()) : Set.of();
            for (int kill = 1; kill <= KILLS; kill++) {
                Load load = new Load(bank, announcing, random.nextLong());
                try {
                    Wait.atMost(
                            LIMIT,
                            () -> load.acknowledged().size() >= TRANSFERS_BEFORE_A_KILL,
                            () -> "too few transfers: " + load.answers());
                    Thread.sleep(random.nextInt(RANDOM_MILLIS));
                    server.kill();
                } finally {
                    load.close();
                }
                int left = books.prepared().size();
                server.start();
                books.awaitNothingPrepared(LIMIT);
                acknowledged.addAll(load.acknowledged());
                announced.addAll(load.announced());
                check(acknowledged, announced, announcing, before);
                System.out.printf(
                        "KillsIT: kill %d of %d left %d branches; answers %s, %d unanswered%n",
                        kill, KILLS, left, load.answers(), load.unanswered().size());
            }
        }
    }

    private void check(Set<UUID> acknowledged, Set<UUID> announced, Announcing announcing, Set<String> before)
            throws IOException {
        books.assertInOrder();
        assertThat(books.transfers().keySet())
                .as("what clients were told is there")
                .containsAll(acknowledged);
        if (announcing != null) {
            announcing.awaitNothingPrepared(LIMIT);
            Set<UUID> moved = new HashSet<>(books.transfers().keySet());
            moved.retainAll(announced);
            var messages = announcing.announced().stream()
                    .filter(id -> !before.contains(id))
                    .map(UUID::fromString)
                    .toList();
            assertThat(messages)
                    .as("each announced transfer has one message, and nothing else has one")
                    .doesNotHaveDuplicates()
                    .hasSameElementsAs(moved);
        }
    }
}
