package io.github.postgresxa.spring.observation;

import static io.github.postgresxa.spring.application.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.spring.application.Bank;
import io.github.postgresxa.spring.application.BankApplication;
import io.github.postgresxa.spring.observation.Collector.Span;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** The spans of a transfer, as a collector of traces receives them. */
@PostgresNodes({"east", "west"})
@TestInstance(Lifecycle.PER_CLASS)
class TracingIT {

    private PostgresNode east;
    private PostgresNode west;
    private Collector collector;
    private ConfigurableApplicationContext application;

    @RestController
    static class Counter {

        private final Bank bank;

        Counter(Bank bank) {
            this.bank = bank;
        }

        @PostMapping("/transfers/{amount}")
        void transfer(@PathVariable int amount) {
            bank.transfer(amount);
        }

        @PostMapping("/failures/{amount}")
        void fail(@PathVariable int amount) {
            try {
                bank.transferAndFail(amount);
            } catch (IllegalStateException expected) {
                // The request itself is fine.
            }
        }
    }

    @BeforeAll
    void start(PostgresNode east, PostgresNode west) throws Exception {
        this.east = east;
        this.west = west;
        this.collector = Collector.start();
        this.application = BankApplication.on(east, west)
                .with(Counter.class)
                .serving()
                .with(
                        "management.tracing.sampling.probability=1.0",
                        "management.opentelemetry.tracing.export.otlp.endpoint=" + collector.address(),
                        "management.opentelemetry.tracing.export.schedule-delay=100ms")
                .start();
    }

    @BeforeEach
    void accounts() {
        BankApplication.prepare(east, west);
    }

    @AfterAll
    void stop() {
        application.close();
        collector.close();
    }

    @Test
    void showsATransferWithItsStepsOnEachNode() throws Exception {
        post("/transfers/30");
        Span transaction = only(of("committed"));
        Span server = only(span -> span.id().equals(transaction.parent()));
        List<Span> steps = stepsOf(transaction);

        assertThat(BankApplication.balance(west)).isEqualTo(130);
        assertThat(server.kind()).isEqualTo(Collector.SERVER);
        assertThat(server.parent()).isEmpty();
        assertThat(server.contains(transaction)).isTrue();
        assertThat(steps)
                .as("all spans: %s", collector.spans())
                .extracting(Span::name)
                .containsExactly("postgres.xa.prepare", "postgres.xa.decide", "postgres.xa.finish");
        assertThat(steps).extracting(span -> span.attributes().get("node")).containsExactly("west", "east", "west");
        assertThat(steps)
                .extracting(span -> span.attributes().get("role"))
                .containsExactly("participant", "home", "participant");
        assertThat(steps).allSatisfy(step -> {
            assertThat(step.trace()).isEqualTo(server.trace());
            assertThat(step.kind()).isEqualTo(Collector.CLIENT);
            assertThat(step.end()).isGreaterThan(step.start());
            assertThat(transaction.contains(step)).isTrue();
            assertThat(step.attributes()).containsEntry("done", "true");
        });
        for (int i = 1; i < steps.size(); i++) {
            assertThat(steps.get(i).start())
                    .as("a step after the one before")
                    .isGreaterThanOrEqualTo(steps.get(i - 1).end());
        }
        String id = transaction.attributes().getOrDefault("postgres.xa.transaction.id", "");
        assertThat(east.queryForLong("select count(*) from pgxa.decision where gtrid = ?::uuid", id))
                .as("the id is the one of the decision")
                .isEqualTo(1);
        assertThat(transaction.attributes())
                .containsEntry("postgres.xa.transaction.name", Bank.class.getName() + ".transfer")
                .containsEntry("postgres.xa.branches", "2")
                .containsEntry("postgres.xa.prepared", "1");
    }

    @Test
    void showsARollbackOnEachNode() throws Exception {
        post("/failures/30");
        Span transaction = only(of("rolled_back"));

        assertThat(BankApplication.balance(west)).isEqualTo(100);
        assertThat(stepsOf(transaction))
                .extracting(span -> span.name() + " " + span.attributes().get("node"))
                .containsExactlyInAnyOrder("postgres.xa.rollback east", "postgres.xa.rollback west");
    }

    private static Predicate<Span> of(String outcome) {
        return span -> span.name().equals("postgres.xa.transaction")
                && outcome.equals(span.attributes().get("outcome"));
    }

    /** The parents of a span come later than itself, because they end later. */
    private Span only(Predicate<Span> wanted) throws Exception {
        eventually(
                Duration.ofSeconds(30),
                "the span is there",
                () -> collector.spans().stream().anyMatch(wanted));
        List<Span> found = collector.spans().stream().filter(wanted).toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private List<Span> stepsOf(Span transaction) {
        return collector.spans().stream()
                .filter(span -> span.parent().equals(transaction.id()))
                .sorted(Comparator.comparingLong(Span::start))
                .toList();
    }

    private void post(String path) throws Exception {
        String port = application.getEnvironment().getRequiredProperty("local.server.port");
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .POST(BodyPublishers.noBody())
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(request, BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
    }
}
