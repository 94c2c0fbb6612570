package io.github.postgresxa.samples.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;

/** The page of a bank on configured nodes: it shows everything, and nothing can be broken. */
@PostgresNodes({"east", "west"})
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "bank.show.enabled=true")
@DirtiesContext
class ShowIT {

    private final PostgresNode west;
    private final int port;
    private final BankClient bank;

    ShowIT(PostgresNode west, @LocalServerPort int port) {
        this.west = west;
        this.port = port;
        this.bank = new BankClient(port);
    }

    @Test
    void countsTheMoney() throws IOException {
        var audit = bank.get("/api/show/state").body().path("state").path("audit");

        assertThat(audit.path("total").asLong()).isEqualTo(20_000);
        assertThat(audit.path("verdict").asString()).isEqualTo("constant");
    }

    @Test
    void hasNoDestructiveButtons() throws IOException {
        var state = bank.get("/api/show/state").body().path("state");

        assertThat(state.path("embedded").asBoolean()).isFalse();
        for (String button : new String[] {"nodes/west/kill", "load/start", "coordinator/crash", "decision/hold"}) {
            assertThat(bank.press(button, "http://127.0.0.1:" + port).status()).isEqualTo(404);
        }
        assertThat(west.isRunning()).isTrue();
    }
}
