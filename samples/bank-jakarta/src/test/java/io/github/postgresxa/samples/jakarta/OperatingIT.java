package io.github.postgresxa.samples.jakarta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.postgresxa.samples.jakarta.Client.Order;
import io.github.postgresxa.samples.jakarta.server.DeploymentRefusedException;
import io.github.postgresxa.samples.jakarta.server.Feature;
import io.github.postgresxa.samples.jakarta.server.Server;
import io.github.postgresxa.samples.jakarta.server.Wait;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the people see who run the bank. */
@PostgresNodes({"east", "west"})
class OperatingIT {

    private static final int DEPLOYMENTS = 10;

    /** Servers themselves keep some of the last deployments, in threads and caches. */
    private static final int KEPT = 3;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Server server = Server.running();
    private final Books books;
    private Deployment bank;

    OperatingIT(PostgresNode east, PostgresNode west) {
        this.books = new Books(east, west);
    }

    @BeforeEach
    void bank(PostgresNode east, PostgresNode west) {
        bank = new Deployment(east, west);
    }

    @AfterEach
    void undeploy() {
        bank.close();
    }

    private String health() {
        try {
            return Client.send(HttpRequest.newBuilder(server.health())).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void readinessShowsEachNodeAndStaysUpAsLongAsOneAnswers(PostgresNode west) {
        server.lacks(Feature.HEALTH).ifPresent(why -> assumeTrue(false, why));
        bank.deployed();
        try {
            Wait.atMost(LIMIT, () -> west("UP").isOf(health()), this::health);
            west.stop();
            Wait.atMost(LIMIT, () -> west("DOWN").isOf(health()), this::health);
            assertThat(health()).as("of all").matches("(?s).*\"status\"\\s*:\\s*\"UP\",\\s*\"checks\".*");
        } finally {
            west.start();
        }
        Wait.atMost(LIMIT, () -> west("UP").isOf(health()), this::health);
    }

    private static Check west(String status) {
        return new Check("postgresXa.west", status);
    }

    /** A check with the status of the core among its data. */
    private record Check(String name, String status) {

        boolean isOf(String health) {
            String compact = health.replaceAll("\\s", "");
            int start = compact.indexOf("\"name\":\"" + name + "\"");
            int data = compact.indexOf("\"data\":{", start);
            return start >= 0
                    && data >= 0
                    && compact.substring(data, compact.indexOf('}', data)).contains("\"status\":\"" + status + "\"");
        }
    }

    @Test
    void redeployedTenTimesItLeavesNoThreadAndItsClassLoadersDoNotPileUp() throws IOException {
        long before = loaders();
        for (int i = 0; i < DEPLOYMENTS; i++) {
            bank.deployed();
            assertThat(bank.client().transfer(new Order(UUID.randomUUID(), "east/1", "west/1", 1)))
                    .isEqualTo(201);
            bank.undeploy();
        }
        books.assertInOrder();
        Wait.atMost(
                LIMIT, () -> loaders() - before <= KEPT, () -> "class loaders: " + loaders() + ", before " + before);
        assertThat(server.jcmd("Thread.print")).doesNotContain("\"postgres-xa", "\"agroal");
    }

    /** Each one that is alive has the core's classes. */
    private long loaders() {
        server.jcmd("GC.run");
        return server.jcmd("VM.classloaders", "show-classes=true")
                .lines()
                .filter(line -> line.strip().endsWith("io.github.postgresxa.PostgresXa"))
                .count();
    }

    @Test
    void aMisspelledPropertyRefusesTheDeploymentAndSaysWhatWasMeant(PostgresNode east, PostgresNode west) {
        try (Deployment wrong = new Deployment("wrong", east, west)) {
            wrong.war().with("postgres.xa.nodes.east.pasword", "hunter2");
            assertThatExceptionOfType(DeploymentRefusedException.class).isThrownBy(() -> server.deploy(wrong.war()));
        }
        assertThat(server.log())
                .contains("postgres.xa.nodes.east.pasword", "did you mean postgres.xa.nodes.east.password?")
                .doesNotContain("hunter2");
    }
}
