package io.github.postgresxa.samples.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.samples.bank.BankClient.Order;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;

/** One of the servers dies while clients are at work. */
@PostgresNodes({"east", "west"})
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@DirtiesContext
class NodeCrashIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final PostgresNode west;
    private final Books books;
    private final BankClient bank;

    NodeCrashIT(PostgresNode east, PostgresNode west, @LocalServerPort int port) {
        this.west = west;
        this.books = new Books(east, west);
        this.bank = new BankClient(port);
    }

    @Test
    void stopsOnlyTransfersThatNeedItsNodeAndBreaksNone() throws IOException {
        Set<String> acknowledged;
        try (var load = new Load(bank)) {
            acknowledged = load.acknowledged();
            awaitMoreThan(acknowledged, 100);

            west.kill();
            for (int i = 0; i < 20; i++) {
                assertThat(bank.transfer(order("east/9", "east/10")).status()).isEqualTo(201);
            }
            assertWestIsMissed();

            west.start();
            awaitTransferBetweenBoth();
            awaitMoreThan(acknowledged, acknowledged.size() + 100);
        }

        Wait.atMost(LIMIT, this::isUp, () -> "the bank does not become healthy");
        books.assertInOrder(acknowledged);
    }

    private void assertWestIsMissed() throws IOException {
        for (var answer : new BankClient.Answer[] {
            bank.transfer(order("east/9", "west/9")),
            bank.transfer(order("west/9", "east/9")),
            bank.get("/api/accounts")
        }) {
            assertThat(answer.status()).as("%s", answer).isEqualTo(503);
            assertThat(answer.contentType()).isEqualTo("application/problem+json");
            assertThat(answer.text("type")).isEqualTo("/problems/node-unavailable");
            assertThat(answer.text("node")).isEqualTo("west");
        }
    }

    private static Order order(String from, String to) {
        return new Order(UUID.randomUUID().toString(), from, to, 1);
    }

    private void awaitTransferBetweenBoth() {
        Wait.atMost(LIMIT, () -> moves(order("west/9", "east/9")), () -> "no transfer after the node came back");
    }

    private boolean moves(Order order) {
        try {
            return bank.transfer(order).moved();
        } catch (IOException e) {
            return false;
        }
    }

    private static void awaitMoreThan(Set<String> acknowledged, int number) {
        Wait.atMost(
                LIMIT, () -> acknowledged.size() > number, () -> "only %d transfers".formatted(acknowledged.size()));
    }

    private boolean isUp() {
        try {
            return bank.health().equals("UP");
        } catch (IOException e) {
            return false;
        }
    }
}
