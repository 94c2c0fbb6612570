package io.github.postgresxa.samples.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.samples.bank.BankClient.Order;
import io.github.postgresxa.samples.bank.BankProcess.Starter;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a bank leaves on the disk of its host if its nodes run elsewhere. The web server has a directory for temporary
 * files.
 */
@PostgresNodes({"east", "west"})
class FootprintIT {

    private final Starter starter;
    private final Books books;

    FootprintIT(PostgresNode east, PostgresNode west, @TempDir Path scratch) {
        this.starter = new Starter(scratch).on(east, west);
        this.books = new Books(east, west);
    }

    @Test
    void isNothing() throws IOException {
        assertThat(starter.work().toFile().setWritable(false)).isTrue();
        var order = new Order(UUID.randomUUID().toString(), "east/1", "west/1", 1);
        try (var bank = starter.start()) {
            assertThat(bank.client().transfer(order).status()).isEqualTo(201);
            assertNoFiles();
            bank.stop();
            assertNoFiles();
        }
        books.assertInOrder(Set.of(order.id()));
    }

    /** Root may write where it should not, so it is not enough that the bank runs. */
    private void assertNoFiles() {
        assertThat(starter.work()).isEmptyDirectory();
        assertThat(starter.home()).isEmptyDirectory();
    }
}
