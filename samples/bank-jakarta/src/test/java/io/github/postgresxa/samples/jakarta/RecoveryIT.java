package io.github.postgresxa.samples.jakarta;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.samples.jakarta.Client.Order;
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

/** The server dies in the middle of a commit. No request helps it afterwards. */
@PostgresNodes({"east", "west"})
class RecoveryIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static Deployment bank;
    private static Server server;
    private static Books books;

    @BeforeAll
    static void deploy(PostgresNode east, PostgresNode west) {
        bank = new Deployment(east, west).deployed();
        server = bank.server();
        books = new Books(east, west);
    }

    @AfterAll
    static void undeploy() {
        bank.close();
    }

    @BeforeEach
    void money() {
        books.open();
    }

    /** Sends a transfer, and kills the server when a message of its commit is on its way. */
    private static Fault killAt(MessageKind message) throws Exception {
        Fault late = bank.plan().at(message).hold();
        Thread client = new Thread(() -> {
            try {
                bank.client().transfer(new Order(UUID.randomUUID(), "east/1", "west/1", 10));
            } catch (IOException cutOff) {
                assertThat(cutOff).isNotNull();
            }
        });
        client.start();
        late.awaitFired(LIMIT);
        server.kill();
        client.join();
        return late;
    }

    @Test
    void aCommitThatWasDecidedIsFinishedAfterTheRestart() throws Exception {
        Fault commit = killAt(MessageKind.COMMIT_PREPARED);
        assertThat(books.prepared()).hasSize(1);

        server.start();

        books.awaitNothingPrepared(LIMIT);
        commit.release();
        books.assertInOrder();
        assertThat(books.balance("east/1")).isEqualTo(990);
    }

    @Test
    void aCommitThatWasNotDecidedIsRolledBackAlsoIfItsDecisionArrivesLate() throws Exception {
        Fault decision = killAt(MessageKind.DECISION);
        assertThat(books.prepared()).hasSize(1);

        server.start();

        books.awaitNothingPrepared(LIMIT);
        decision.release();
        books.assertInOrder();
        assertThat(books.balance("east/1")).isEqualTo(1000);
    }

    @Test
    void anApplicationRecoversWhenItIsDeployedBeforeItsFirstRequest() throws Exception {
        Fault commit = killAt(MessageKind.COMMIT_PREPARED);
        bank.undeploy();
        server.start();
        assertThat(books.prepared()).as("the server without the application").hasSize(1);

        bank.deployed();

        books.awaitNothingPrepared(LIMIT);
        commit.release();
        books.assertInOrder();
        assertThat(books.balance("east/1")).isEqualTo(990);
    }
}
