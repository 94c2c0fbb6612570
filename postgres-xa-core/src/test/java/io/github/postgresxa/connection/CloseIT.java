package io.github.postgresxa.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.TransactionalRunnable;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.support.LogLines;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.transaction.Shutdown;
import jakarta.transaction.Transaction;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
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

    /** As where an exception leaves a try block whose transaction was begun by hand. */
    @Test
    void closingDoesNotWaitForWhatItsOwnThreadBegan(PostgresNode east, PostgresNode west) throws Exception {
        for (boolean used : new boolean[] {true, false}) {
            Bank other = Bank.open(east, west);
            other.transaction().begin();
            if (used) {
                other.add("east", -10);
                other.add("west", 10);
            }
            List<String> lines = LogLines.of(Shutdown.class, () -> within(Duration.ofSeconds(5), other::close));
            assertThat(other.balances()).containsExactly(1000L, 1000L);
            east.execute("set lock_timeout = '100ms'", "select 1 from account for update");
            if (used) {
                assertThat(lines).singleElement().asString().contains("its own thread closes PostgresXa");
            } else {
                assertThat(lines).isEmpty();
                bank.transaction().rollback(); // It is the manager's, which the bank shares.
            }
        }
    }

    @Test
    void closingTheOnlyOneDoesNotWaitForATransactionOfItsThreadThatUsedNoNode() throws Exception {
        bank.transaction().begin();
        within(Duration.ofSeconds(5), bank::close);
    }

    @Test
    void closingSaysWhatItWaitsForAndWhatItLeaves(PostgresNode east, PostgresNode west) throws Exception {
        Bank other = Bank.open(b -> b.closeLimit(Duration.ofSeconds(1)), east, west);
        AtomicReference<TransactionId> id = new AtomicReference<>();
        leftOpen(other, () -> {
            other.add("east", -10);
            id.set(other.xa.currentTransaction().orElseThrow());
        });
        List<String> lines = LogLines.of(Shutdown.class, other::close);
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0))
                .startsWith("closing: waits up to 1 s for 1 transactions to end: " + id.get())
                .contains("ACTIVE", "on east");
        assertThat(lines.get(1)).contains("did not end before the shutdown: " + id.get());
    }

    /** It has begun a transaction, which the first one waits for. */
    @Test
    void aSecondOneThatClosesEndsWhatItsOwnThreadBegan(PostgresNode east, PostgresNode west) throws Exception {
        Bank other = Bank.open(east, west);
        CountDownLatch closing = new CountDownLatch(1);
        CompletableFuture<Void> first = CompletableFuture.runAsync(() -> {
            awaited(closing);
            other.xa.close();
        });
        other.transaction().begin();
        other.add("east", -10);
        other.add("west", 10);
        closing.countDown();
        Eventually.eventually(LIMIT, "the first one closes", () -> isClosing(other));
        within(Duration.ofSeconds(5), other.xa::close);
        first.get(5, TimeUnit.SECONDS);
        assertThat(other.balances()).containsExactly(1000L, 1000L);
    }

    /** {@return whether a thread waits in the shutdown} */
    private static boolean isClosing(Bank other) {
        return other.xa.activeTransactionCount() == 1
                && Thread.getAllStackTraces().values().stream()
                        .anyMatch(stack -> List.of(stack).toString().contains("Shutdown.await"));
    }

    @Test
    void aSecondOneThatClosesWaitsForTheFirstUnlessItIsInterrupted(PostgresNode east, PostgresNode west)
            throws Exception {
        Bank other = Bank.open(east, west);
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<Void> work = underWay(other, end);
        CompletableFuture<Void> first = CompletableFuture.runAsync(other.xa::close);
        Eventually.eventually(LIMIT, "the first one closes", () -> isClosing(other));
        Thread.currentThread().interrupt();
        within(Duration.ofSeconds(5), other.xa::close);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(first).isNotDone();
        end.countDown();
        other.xa.close();
        first.get(5, TimeUnit.SECONDS);
        work.get(5, TimeUnit.SECONDS);
        assertThat(other.balances()).containsExactly(990L, 1010L);
    }

    @Test
    void anInterruptCutsNoTransactionOfAnotherThreadShort(PostgresNode east, PostgresNode west) throws Exception {
        Bank other = Bank.open(east, west);
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<Void> work = underWay(other, end);
        CompletableFuture<Boolean> close = CompletableFuture.supplyAsync(() -> {
            Thread.currentThread().interrupt();
            other.xa.close();
            return Thread.interrupted();
        });
        Eventually.eventually(LIMIT, "it closes", () -> isClosing(other));
        end.countDown();
        work.get(20, TimeUnit.SECONDS);
        assertThat(close.get(20, TimeUnit.SECONDS))
                .as("it is interrupted afterwards")
                .isTrue();
        assertThat(other.balances()).containsExactly(990L, 1010L);
    }

    /** One transaction never ends, another one begins while the close waits for that. */
    @Test
    void whatBeginsDuringTheCloseHasTimeToEnd(PostgresNode east, PostgresNode west) throws Exception {
        Bank other = Bank.open(b -> b.closeLimit(Duration.ofSeconds(8)), east, west);
        leftOpen(other, () -> other.execute("east", "select 1"));
        CompletableFuture<Void> close = CompletableFuture.runAsync(other.xa::close);
        Eventually.eventually(LIMIT, "it closes", () -> isClosing(other));
        other.transaction().begin();
        other.add("east", -10);
        other.add("west", 10);
        Eventually.eventually(LIMIT, "new ones are refused", () -> !close.isDone() && isRefused(other));
        other.transaction().commit();
        close.get(20, TimeUnit.SECONDS);
        assertThat(other.balances()).containsExactly(990L, 1010L);
    }

    /** Begins a transaction that never ends. Its thread ends, so that no other work finds it there. */
    private static void leftOpen(Bank other, TransactionalRunnable<Exception> work) throws Exception {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        new Thread(() -> {
                    try {
                        other.transaction().begin();
                        work.run();
                        begun.complete(null);
                    } catch (Exception e) {
                        begun.completeExceptionally(e);
                    }
                })
                .start();
        begun.get(20, TimeUnit.SECONDS);
    }

    private static boolean isRefused(Bank other) {
        return CompletableFuture.supplyAsync(() -> {
                    try {
                        other.xa.dataSource("east").getConnection().close();
                        return false;
                    } catch (SQLException refused) {
                        return true;
                    }
                })
                .join();
    }

    /** {@return a transfer that commits when it may} */
    private static CompletableFuture<Void> underWay(Bank other, CountDownLatch end) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Void> work = CompletableFuture.runAsync(() -> {
            try {
                other.transaction().begin();
                other.add("east", -10);
                other.add("west", 10);
                begun.countDown();
                awaited(end);
                other.transaction().commit();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        return work;
    }

    private static void awaited(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void within(Duration limit, Runnable action) {
        long start = System.nanoTime();
        action.run();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(limit);
    }

    private static void isShuttingDown(Throwable refusal) {
        assertThat(refusal)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57P03"));
    }
}
