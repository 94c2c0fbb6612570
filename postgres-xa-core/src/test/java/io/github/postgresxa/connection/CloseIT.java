package io.github.postgresxa.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.Transaction;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transactions under way may end. Nothing that is safe is refused while something unsafe passes. */
@PostgresNodes({"east", "west"})
class CloseIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private Bank bank;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        bank = Bank.open(east, west);
    }

    @AfterEach
    void close() {
        bank.close();
    }

    @Test
    void settlingRefusesNothing() throws Exception {
        assertThat(bank.xa.settle(LIMIT)).isTrue();
        bank.transaction().begin();
        assertThat(bank.xa.settle(LIMIT)).as("it has used no node").isTrue();
        bank.add("east", -10);
        bank.add("west", 10);
        bank.transaction().commit();
        assertThat(bank.balances()).containsExactly(990L, 1010L);
    }

    @Test
    void settlingWaitsForWhatIsUnderWayButNotTwice() throws Exception {
        bank.transaction().begin();
        bank.add("east", -10);
        assertThat(CompletableFuture.supplyAsync(() -> bank.xa.settle(Duration.ofMillis(300)))
                        .get(20, TimeUnit.SECONDS))
                .isFalse();
        long start = System.nanoTime();
        assertThat(bank.xa.settle(LIMIT)).as("it has been waited for").isTrue();
        assertThat(bank.xa.drain(LIMIT)).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        bank.xa.resume();
        bank.add("west", 10);
        bank.transaction().commit();
        assertThat(bank.balances()).containsExactly(990L, 1010L);
    }

    @Test
    void drainingRefusesConnectionsWithAndWithoutATransactionAlike() throws Exception {
        bank.xa.drain(LIMIT);
        bank.transaction().begin();
        assertThatThrownBy(() -> bank.add("east", -10)).satisfies(CloseIT::isShuttingDown);
        bank.transaction().rollback();
        assertThatThrownBy(() -> bank.add("east", -10)).satisfies(CloseIT::isShuttingDown);

        bank.xa.resume();
        bank.add("east", -10);
        assertThat(bank.balances()).containsExactly(990L, 1000L);
    }

    @Test
    void closingLetsATransactionEndThatNeedsAnotherOne() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        CompletableFuture<Void> work = CompletableFuture.runAsync(() -> {
            try {
                bank.transaction().begin();
                bank.add("east", -10);
                begun.countDown();
                closing.await(20, TimeUnit.SECONDS);
                Transaction outer = bank.xa.transactionManager().suspend();
                bank.transaction().begin();
                bank.add("west", 1);
                bank.transaction().commit();
                bank.xa.transactionManager().resume(outer);
                bank.add("west", 9);
                bank.transaction().commit();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        begun.await(20, TimeUnit.SECONDS);
        CompletableFuture<Void> close = CompletableFuture.runAsync(bank.xa::close);
        closing.countDown();
        work.get(20, TimeUnit.SECONDS);
        close.get(20, TimeUnit.SECONDS);
        assertThat(bank.balances()).containsExactly(990L, 1010L);
    }

    private static void isShuttingDown(Throwable refusal) {
        assertThat(refusal)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57P03"));
    }
}
