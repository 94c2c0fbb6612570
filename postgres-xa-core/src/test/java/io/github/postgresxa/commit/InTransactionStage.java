package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import jakarta.transaction.Status;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Two nodes with an account each. After each test no transaction and no connection may be left open. */
abstract class InTransactionStage {

    final PostgresNode east;
    final PostgresNode west;
    Bank bank;
    PostgresXa xa;

    InTransactionStage(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
    }

    @BeforeEach
    void open() {
        bank = Bank.open(b -> b.transactionTimeout(Duration.ofSeconds(30)), east, west);
        xa = bank.xa;
    }

    @AfterEach
    void nothingStaysOpen() throws Exception {
        assertThat(bank.transaction().getStatus()).isEqualTo(Status.STATUS_NO_TRANSACTION);
        assertThat(xa.activeTransactionCount()).isZero();
        assertThat(xa.pool("east").active() + xa.pool("west").active()).isZero();
        bank.close();
    }

    final void transfer() throws SQLException {
        bank.add("east", -10);
        bank.add("west", 10);
    }

    final void isTransferred() {
        assertThat(bank.balances()).containsExactly(990L, 1010L);
    }

    final void isUndone() {
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
        east.execute("set lock_timeout = '100ms'", "select 1 from account for update");
    }
}
