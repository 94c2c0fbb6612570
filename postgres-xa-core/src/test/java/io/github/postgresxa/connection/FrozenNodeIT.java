package io.github.postgresxa.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.RollbackException;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node that accepts connections and bytes and never answers, like one behind a broken network. */
@PostgresNodes({"east", "west"})
class FrozenNodeIT {

    private static final Duration BOUND = Duration.ofSeconds(25);

    private PostgresNode west;
    private Bank bank;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        this.west = west;
        bank = Bank.open(east, west);
    }

    @AfterEach
    void close() throws Exception {
        west.resume();
        Eventually.eventually(Duration.ofSeconds(20), "nothing is left prepared", () -> bank.prepared() == 0);
        bank.close();
    }

    private static Duration time(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Test
    void aNewConnectionToItIsGivenUp() throws Exception {
        bank.transaction().begin();
        bank.add("east", -1);
        west.pause();
        long start = System.nanoTime();
        assertThatThrownBy(() -> bank.add("west", 1)).isInstanceOf(SQLException.class);
        assertThat(time(start)).isLessThan(BOUND);
        bank.transaction().rollback();
        west.resume();
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    @Test
    void aStatementOnItIsEndedByTheTransactionsTimeout() throws Exception {
        bank.transaction().setTransactionTimeout(2);
        bank.transaction().begin();
        bank.add("east", -1);
        bank.add("west", 1);
        west.pause();
        long start = System.nanoTime();
        assertThatThrownBy(() -> bank.add("west", 1)).isInstanceOf(SQLException.class);
        assertThat(time(start)).isLessThan(BOUND);
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
        bank.transaction().setTransactionTimeout(0);
        west.resume();
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    @Test
    void othersWorkMeanwhileAndAreSeenToBeReachable() throws Exception {
        west.pause();
        for (int i = 0; i < 5; i++) {
            bank.transaction().begin();
            bank.add("east", 1);
            bank.transaction().commit();
        }
        Eventually.eventually(
                BOUND,
                "the frozen node is seen, the other is not taken for it",
                () -> bank.xa.nodes().get(0).reachable()
                        && !bank.xa.nodes().get(1).reachable());
    }
}
