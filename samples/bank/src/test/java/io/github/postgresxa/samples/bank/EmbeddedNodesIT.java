package io.github.postgresxa.samples.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.samples.bank.BankClient.Order;
import io.github.postgresxa.samples.bank.BankProcess.Starter;
import io.github.postgresxa.samples.bank.embedded.EmbeddedNodesStarter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;

/** A bank that runs its own nodes. */
class EmbeddedNodesIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Order order = new Order(UUID.randomUUID().toString(), "east/1", "west/1", 1);
    private final Path nodes;
    private final Starter starter;

    EmbeddedNodesIT(@TempDir Path scratch) {
        this.nodes = scratch.resolve("nodes");
        this.starter = new Starter(scratch).sharingTemporaryFiles().with("--bank.nodes.directory=" + nodes);
    }

    /** The last bank may have been killed: then its nodes still run. */
    @AfterEach
    void endNodes() {
        postmaster("east").ifPresent(ProcessHandle::destroyForcibly);
        postmaster("west").ifPresent(ProcessHandle::destroyForcibly);
        Wait.atMost(LIMIT, this::nodesHaveEnded, () -> "nodes do not end");
    }

    @Test
    void endWithABankThatIsStopped() throws IOException {
        try (var bank = starter.start()) {
            assertThat(bank.client().transfer(order).status()).isEqualTo(201);

            bank.stop();

            assertThat(nodesHaveEnded()).isTrue();
            assertThat(bank.output()).doesNotContain("WARN").doesNotContain("ERROR");
            assertThat(Files.readString(nodes.resolve("east.log"))).contains("database system is shut down");
        }
        assertThatABankFindsTheTransfer();
    }

    @Test
    void endWithAContextThatIsClosed() {
        var application = new SpringApplication(BankApplication.class);
        application.addListeners(new EmbeddedNodesStarter());
        try (var context = application.run("--server.port=0", "--bank.nodes.directory=" + nodes)) {
            assertThat(context.isActive()).isTrue();
            assertThat(nodesHaveEnded()).isFalse();
        }
        assertThat(nodesHaveEnded()).isTrue();
    }

    @Test
    void outliveABankThatIsKilledAndServeTheNext() throws IOException {
        try (var bank = starter.start()) {
            assertThat(bank.client().transfer(order).status()).isEqualTo(201);
            bank.kill();
        }
        assertThat(postmaster("east")).isPresent();
        postmaster("west").orElseThrow().destroyForcibly();
        assertThatABankFindsTheTransfer();
    }

    @Test
    void areStartedAgainWhenTheyDie() throws IOException {
        try (var bank = starter.start()) {
            var first = postmaster("west").orElseThrow();
            first.destroyForcibly();

            Wait.atMost(LIMIT, () -> isMoved(bank), () -> "west does not come back: " + bank.output());

            assertThat(postmaster("west")).isPresent().isNotEqualTo(Optional.of(first));
            bank.stop();
            assertThat(nodesHaveEnded()).isTrue();
        }
    }

    @Test
    void areNotInventedForAForgottenAddress() {
        starter.with("--postgres.xa.nodes.east.url=jdbc:postgresql://localhost/east");

        assertThatThrownBy(starter::start)
                .hasMessageContaining("the bank has ended")
                .hasMessageContaining("postgres.xa.nodes.west.url is missing");
        assertThat(nodes).doesNotExist();
    }

    private void assertThatABankFindsTheTransfer() throws IOException {
        try (var bank = starter.start()) {
            assertThat(bank.client().transfer(order).status()).isEqualTo(200);
            assertThat(bank.client().health()).isEqualTo("UP");
            bank.stop();
        }
    }

    private boolean isMoved(BankProcess bank) {
        try {
            return bank.client().transfer(order).moved();
        } catch (IOException e) {
            return false;
        }
    }

    private boolean nodesHaveEnded() {
        return postmaster("east").isEmpty() && postmaster("west").isEmpty();
    }

    private Optional<ProcessHandle> postmaster(String node) {
        try {
            var file = nodes.resolve(node).resolve("postmaster.pid");
            return Files.exists(file)
                    ? ProcessHandle.of(Long.parseLong(Files.readAllLines(file).get(0)))
                            .filter(ProcessHandle::isAlive)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
