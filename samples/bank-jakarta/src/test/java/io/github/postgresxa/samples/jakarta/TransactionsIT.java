package io.github.postgresxa.samples.jakarta;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.samples.jakarta.Client.Order;
import io.github.postgresxa.samples.jakarta.Client.Probed;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@PostgresNodes({"east", "west"})
class TransactionsIT {

    private static Deployment bank;
    private static Books books;

    @BeforeAll
    static void deploy(PostgresNode east, PostgresNode west) {
        bank = new Deployment(east, west).deployed();
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

    private static Probed probe(String name) throws IOException {
        return bank.client().probe("probe/" + name, Map.of());
    }

    @Test
    void aTransferOverTwoNodesCommitsOnBothAndOnlyOnce() throws IOException {
        Order order = new Order(UUID.randomUUID(), "east/1", "west/7", 25);

        assertThat(bank.client().transfer(order)).isEqualTo(201);
        assertThat(bank.client().transfer(order)).isEqualTo(200);

        assertThat(books.balance("east/1")).isEqualTo(975);
        assertThat(books.balance("west/7")).isEqualTo(1025);
        assertThat(books.prepared()).isEmpty();
        assertThat(bank.client().get("accounts").body()).contains("{\"node\":\"east\",\"id\":1,\"balance\":975}");
    }

    @Test
    void anOverdraftChangesNeitherNode() throws IOException {
        assertThat(bank.client().transfer(new Order(UUID.randomUUID(), "west/1", "east/1", 1001)))
                .isEqualTo(422);
        books.assertInOrder();
        assertThat(books.transfers()).isEmpty();
    }

    @Test
    void anExceptionOutOfATransactionalMethodRollsBackBothNodes() throws IOException {
        assertThat(probe("refuse").end()).isEqualTo("IllegalStateException");
        assertThat(books.balance("east/1")).isEqualTo(1000);
        assertThat(books.balance("west/1")).isEqualTo(1000);
    }

    @Test
    void aSwallowedErrorOfAStatementRollsBackBothNodesAndTheCallerKnows() throws IOException {
        Probed probed = probe("swallow");
        assertThat(probed.end()).as(probed.text()).isNotEqualTo("done");
        assertThat(books.balance("east/1")).isEqualTo(1000);
    }

    @Test
    void aTimeoutOfTwoSecondsEndsAStatementOfEight() throws IOException {
        Probed probed = probe("late");
        assertThat(probed.end()).as(probed.text()).isNotEqualTo("done");
        assertThat(probed.millis()).as(probed.text()).isBetween(1900L, 6000L);
        books.assertInOrder();
        assertThat(books.balance("east/1")).isEqualTo(1000);
    }

    @Test
    void whatRequiresATransactionOfItsOwnStaysWhenTheOuterOneIsRolledBack() throws IOException {
        assertThat(probe("outer").end()).isEqualTo("IllegalStateException");
        assertThat(books.balance("east/1")).isEqualTo(1000);
        assertThat(books.balance("west/2")).isEqualTo(1001);
    }
}
