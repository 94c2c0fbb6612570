package io.github.postgresxa.samples.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.samples.bank.BankClient.Answer;
import io.github.postgresxa.samples.bank.BankClient.Order;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;

/** The bank over HTTP. After each test the books must be in order. */
@PostgresNodes({"east", "west"})
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@DirtiesContext
class BankIT {

    private static final Logger LOG = LoggerFactory.getLogger(BankIT.class);

    private final Books books;
    private final BankClient bank;

    BankIT(PostgresNode east, PostgresNode west, @LocalServerPort int port) {
        this.books = new Books(east, west);
        this.bank = new BankClient(port);
    }

    @AfterEach
    void theBooksAreInOrder() {
        books.assertInOrder(Set.of());
    }

    @Test
    void showsAllAccountsInOrder() throws IOException {
        var answer = bank.get("/api/accounts");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).hasSize(20);
        assertThat(answer.body().get(0).path("node").asString()).isEqualTo("east");
        assertThat(answer.body().get(9).path("id").asInt()).isEqualTo(10);
        assertThat(answer.body().get(10).path("node").asString()).isEqualTo("west");
    }

    @ParameterizedTest
    @CsvSource({"east/1, west/7", "west/7, east/1", "east/2, east/1", "west/3, west/4"})
    void movesMoney(String from, String to) throws IOException {
        long payer = balance(from);
        long receiver = balance(to);

        var answer = bank.transfer("""
                {"from": "%s", "to": "%s", "amount": 25}""".formatted(from, to));

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.location()).isEqualTo("/api/transfers/" + answer.text("id"));
        assertThat(balance(from)).isEqualTo(payer - 25);
        assertThat(balance(to)).isEqualTo(receiver + 25);
        assertThat(bank.get(answer.location()).body().path("complete").asBoolean())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"from": "east/1", "to": "west/11", "amount": 5}                     | 404 | unknown-account
            {"from": "north/1", "to": "west/1", "amount": 5}                     | 404 | unknown-account
            {"from": "east/1", "to": "west/1", "amount": 100000}                 | 422 | overdraft
            {"from": "west/1", "to": "east/1", "amount": 100000}                 | 422 | overdraft
            {"from": "east/1", "to": "east/2", "amount": 100000}                 | 422 | overdraft
            {"from": "east/1", "to": "east/1", "amount": 5}                      | 422 | same-account
            {"from": "east/1", "to": "west/1"}                                   | 422 | bad-amount
            {"from": "east/1", "to": "west/1", "amount": 0}                      | 422 | bad-amount
            {"from": "east/1", "to": "west/1", "amount": -5}                     | 422 | bad-amount
            {"from": "east/1", "to": "west/1", "amount": 2.5}                    | 422 | bad-amount
            {"from": "east/1", "to": "west/1", "amount": 9223372036854775808}    | 422 | bad-amount
            {"from": "east/1", "to": "west/1", "amount": "5"}                    | 400 | malformed
            {"from": "east/1", "to": "west/1", "amount": 5, "amount": 6}         | 400 | malformed
            {"from": "east/1", "to": "west/1", "amount": 5, "currency": "EUR"}   | 400 | malformed
            {"from": "east", "to": "west/1", "amount": 5}                        | 422 | malformed
            {"to": "west/1", "amount": 5}                                        | 422 | malformed
            {"id": "7", "from": "east/1", "to": "west/1", "amount": 5}           | 422 | malformed
            {"from": "east/1",                                                   | 400 | malformed
            null                                                                 | 400 | malformed
            """)
    void refuses(String body, int status, String problem) throws IOException {
        assertProblem(bank.transfer(body), status, problem);
    }

    @Test
    void refusesABodyWithoutEnd() throws IOException {
        assertProblem(bank.transfer("{\"from\": \"" + "east".repeat(10_000) + "\"}"), 400, "malformed");
    }

    @Test
    void refusesOtherContentAndOtherPathsAsProblemsToo() throws IOException {
        assertThat(bank.post("text/plain", "25").status()).isEqualTo(415);
        for (Answer answer : List.of(
                bank.post("text/plain", "25"),
                bank.get("/api/transfers"),
                bank.get("/api/transfers/7"),
                bank.get("/api/transfers/" + UUID.randomUUID()),
                bank.get("/api/nothing"))) {
            assertThat(answer.status()).isBetween(400, 499);
            assertThat(answer.contentType()).isEqualTo("application/problem+json");
        }
    }

    @Test
    void carriesOutATransferOnceHoweverOftenItIsSent() throws IOException {
        var order = new Order(UUID.randomUUID().toString(), "east/5", "west/5", 10);
        long before = balance("east/5");

        assertThat(bank.transfer(order).status()).isEqualTo(201);
        assertThat(bank.transfer(order).status()).isEqualTo(200);
        assertThat(balance("east/5")).isEqualTo(before - 10);
    }

    @Test
    void carriesOutATransferOnceIfItIsSentManyTimesAtOnce() throws Exception {
        var order = new Order(UUID.randomUUID().toString(), "west/6", "east/6", 10);
        long before = balance("west/6");
        var clients = Executors.newFixedThreadPool(6);
        try {
            Callable<Integer> send = () -> bank.transfer(order).status();
            var statuses = clients.invokeAll(List.of(send, send, send, send, send, send)).stream()
                    .map(BankIT::result)
                    .toList();
            assertThat(statuses).containsOnlyOnce(201).containsOnly(200, 201);
        } finally {
            clients.shutdown();
        }
        assertThat(balance("west/6")).isEqualTo(before - 10);
    }

    @ParameterizedTest
    @CsvSource({
        "east/3, west/3, 11",
        "east/3, west/4, 10",
        "west/3, east/3, 10",
        "east/3, east/4, 10",
        "west/3, west/4, 10"
    })
    void refusesAnIdThatAnotherTransferHas(String from, String to, long amount) throws IOException {
        var id = UUID.randomUUID().toString();
        assertThat(bank.transfer(new Order(id, "east/3", "west/3", 10)).status())
                .isEqualTo(201);

        assertProblem(bank.transfer(new Order(id, from, to, amount)), 409, "id-taken");
    }

    @Test
    void refusesAnIdThatTheOtherBankKnows() throws IOException {
        var id = UUID.randomUUID().toString();
        assertThat(bank.transfer(new Order(id, "east/3", "east/4", 10)).status())
                .isEqualTo(201);

        assertProblem(bank.transfer(new Order(id, "west/3", "west/4", 10)), 409, "id-taken");
    }

    @Test
    void servesManyClientsAtOnce() {
        long start = System.nanoTime();
        var load = new Load(bank);
        try (load) {
            Wait.atMost(
                    Duration.ofMinutes(2),
                    () -> load.acknowledged().size() >= 2_000,
                    () -> "too few transfers: " + load.statuses());
        }
        LOG.info(
                "{} transfers in {} ms, answers {}",
                load.acknowledged().size(),
                Duration.ofNanos(System.nanoTime() - start).toMillis(),
                load.statuses());
        books.assertInOrder(load.acknowledged());
    }

    @Test
    void isHealthy() throws IOException {
        var health = bank.get("/actuator/health");

        assertThat(health.text("status")).isEqualTo("UP");
        assertThat(health.body()
                        .path("components")
                        .path("postgresXa")
                        .path("components")
                        .propertyNames())
                .containsExactly("east", "west");
        assertThat(bank.get("/actuator/postgresxa").status()).isEqualTo(200);
        assertThat(bank.get("/actuator/metrics").status()).isEqualTo(200);
    }

    private long balance(String account) throws IOException {
        return bank.get("/api/accounts")
                .body()
                .valueStream()
                .filter(known -> account.equals(
                        known.path("node").asString() + "/" + known.path("id").asInt()))
                .findFirst()
                .orElseThrow()
                .path("balance")
                .asLong();
    }

    private static void assertProblem(Answer answer, int status, String type) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(status);
        assertThat(answer.contentType()).isEqualTo("application/problem+json");
        assertThat(answer.text("type")).isEqualTo("/problems/" + type);
        assertThat(answer.text("title")).isNotBlank();
        assertThat(answer.text("detail")).endsWith("Nothing was moved.");
    }

    private static <T> T result(Future<T> future) {
        try {
            return future.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }
}
