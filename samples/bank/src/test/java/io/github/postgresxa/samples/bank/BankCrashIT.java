package io.github.postgresxa.samples.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.samples.bank.BankProcess.Starter;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bank itself dies with SIGKILL while clients are at work, again and again.
 *
 * <p>The system property {@code bank.kills} says how many times.
 */
@PostgresNodes({"east", "west"})
class BankCrashIT {

    private static final Logger LOG = LoggerFactory.getLogger(BankCrashIT.class);
    private static final int KILLS = Integer.getInteger("bank.kills", 3);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int TRANSFERS_BETWEEN_KILLS = 150;

    private final Starter starter;
    private final Books books;

    BankCrashIT(PostgresNode east, PostgresNode west, @TempDir Path scratch) {
        this.starter = new Starter(scratch).on(east, west);
        this.books = new Books(east, west);
    }

    @Test
    void losesNoTransferAndLeavesNoneHalfDone() throws IOException {
        var bank = starter.start();
        var load = new Load(bank.client());
        try {
            for (int kill = 0; kill < KILLS; kill++) {
                awaitMore(load);
                bank.kill();
                var left = books.prepared();
                bank = starter.start();
                load.goOnWith(bank.client());
                books.awaitFinished(left);
                LOG.info("kill {} left {} branches prepared", kill + 1, left.size());
            }
            awaitMore(load);
            load.close();

            books.assertInOrder(load.acknowledged());
            assertThat(bank.client().health()).isEqualTo("UP");
            sendAgain(load, bank.client());
            books.assertInOrder(load.acknowledged());
            bank.stop();
        } finally {
            load.close();
            bank.close();
        }
        LOG.info(
                "{} kills, {} transfers, answers {}", KILLS, load.acknowledged().size(), load.statuses());
    }

    private static void awaitMore(Load load) {
        int enough = load.acknowledged().size() + TRANSFERS_BETWEEN_KILLS;
        Wait.atMost(LIMIT, () -> load.acknowledged().size() >= enough, () -> "too few transfers: " + load.statuses());
    }

    /** What a careful client does that never got a reply. */
    private static void sendAgain(Load load, BankClient bank) throws IOException {
        assertThat(load.unanswered()).as("orders cut off by a kill").isNotEmpty();
        for (var order : new ArrayList<>(load.unanswered().values())) {
            var answer = bank.transfer(order);
            assertThat(answer.status()).as("%s", answer).isIn(200, 201, 422);
            if (answer.moved()) {
                load.acknowledged().add(order.id());
            }
        }
    }
}
