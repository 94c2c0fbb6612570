package io.github.postgresxa.samples.jakarta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.postgresxa.samples.jakarta.Client.Probed;
import io.github.postgresxa.samples.jakarta.probe.jms.AnnouncementResource;
import io.github.postgresxa.samples.jakarta.server.Feature;
import io.github.postgresxa.samples.jakarta.server.Server;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.Fault;
import io.github.postgresxa.test.fault.MessageKind;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A message in the broker of the server is sent with the money, or not at all. */
@PostgresNodes({"east", "west"})
class MixedIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static Deployment bank;
    private static Server server;
    private static Announcing announcing;
    private static Books books;

    @BeforeAll
    static void deploy(PostgresNode east, PostgresNode west) {
        server = Server.running();
        server.lacks(Feature.JMS).ifPresent(why -> assumeTrue(false, why));
        bank = new Deployment(east, west);
        bank.war().classesBeside(AnnouncementResource.class);
        bank.deployed();
        announcing = new Announcing(bank);
        books = new Books(east, west);
    }

    @AfterAll
    static void undeploy() {
        if (bank != null) {
            bank.close();
        }
    }

    @BeforeEach
    void money() {
        books.open();
    }

    @Test
    void theMessageIsSentWithTheMoney() throws IOException {
        UUID id = UUID.randomUUID();
        Probed probed = announcing.transfer(id, "east/1", "west/1", 10, false);

        assertThat(probed.end()).as(probed.text()).isEqualTo("done");
        assertThat(announcing.announced()).containsOnlyOnce(id.toString());
        books.awaitNothingPrepared(LIMIT);
        assertThat(books.balance("east/1")).isEqualTo(990);
        assertThat(books.balance("west/1")).isEqualTo(1010);
    }

    @Test
    void whatIsRefusedSendsNoMessage() throws IOException {
        UUID id = UUID.randomUUID();

        assertThat(announcing.transfer(id, "east/1", "west/1", 10, true).end()).isEqualTo("IllegalStateException");
        assertThat(announcing.announced()).doesNotContain(id.toString());
        assertThat(books.balance("east/1")).isEqualTo(1000);
        assertThat(announcing.prepared()).isZero();
    }

    @Test
    void whatTheManagerHasDecidedIsFinishedAfterACrashAtTheNodesAndAtTheBroker() throws Exception {
        server.lacks(Feature.RECOVERY_OF_MIXED).ifPresent(why -> assumeTrue(false, why));
        UUID id = UUID.randomUUID();
        Fault decision = bank.plan().at(MessageKind.DECISION).hold();
        Thread client = new Thread(() -> {
            try {
                announcing.transfer(id, "east/1", "west/1", 10, false);
            } catch (IOException cutOff) {
                assertThat(cutOff).isNotNull();
            }
        });
        client.start();
        decision.awaitFired(LIMIT);
        server.kill();
        client.join();
        assertThat(books.prepared()).as("both nodes wait for the manager").hasSize(2);

        server.start();

        books.awaitNothingPrepared(LIMIT);
        decision.release();
        books.assertInOrder();
        assertThat(books.balance("east/1")).as("the manager's decision").isEqualTo(990);
        announcing.awaitNothingPrepared(LIMIT);
        assertThat(announcing.announced()).containsOnlyOnce(id.toString());
    }
}
