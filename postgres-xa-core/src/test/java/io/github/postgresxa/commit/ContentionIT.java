package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.support.Gate;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.RollbackException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transactions that wait for each other, and threads that are interrupted while they commit. */
@PostgresNodes({"east", "west"})
class ContentionIT {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private PostgresNode east;
    private PostgresNode west;
    private Bank bank;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        bank = Bank.open(east, west);
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        bank.close();
    }

    private void nothingIsLeft() throws Exception {
        Eventually.eventually(Duration.ofSeconds(10), "nothing is prepared", () -> bank.prepared() == 0);
        assertThat(bank.xa.activeTransactionCount()).isZero();
        for (PostgresNode node : List.of(east, west)) {
            assertThat(node.queryForLong("select count(*) from pg_locks where pid is null"))
                    .isZero();
            node.queryForLong("select balance from account where id = 1 for update nowait");
        }
    }

    /** No server sees this deadlock: each transaction waits on another node for the other one. */
    @Test
    void aDeadlockOverTwoNodesEndsWithTheTimeoutAndARetrySucceeds() throws Exception {
        CyclicBarrier bothHoldOne = new CyclicBarrier(2);
        long start = System.nanoTime();
        Future<Boolean> one = threads.submit(() -> moves("east", "west", 2, bothHoldOne));
        Future<Boolean> other = threads.submit(() -> moves("west", "east", 3, bothHoldOne));
        boolean first = one.get(30, TimeUnit.SECONDS);
        boolean second = other.get(30, TimeUnit.SECONDS);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(25));
        assertThat(first && second).as("one of them gives way").isFalse();
        nothingIsLeft();
        assertThat(bank.balances().get(0) + bank.balances().get(1)).isEqualTo(2000);
        assertThat(moves("east", "west", 30, null)).isTrue();
        nothingIsLeft();
    }

    private boolean moves(String from, String to, int timeout, @Nullable CyclicBarrier meet) throws Exception {
        bank.transaction().setTransactionTimeout(timeout);
        bank.transaction().begin();
        try {
            bank.add(from, -1);
            if (meet != null) {
                meet.await(10, TimeUnit.SECONDS);
            }
            bank.add(to, 1);
        } catch (SQLException timedOut) {
            bank.transaction().rollback();
            return false;
        }
        try {
            bank.transaction().commit();
            return true;
        } catch (RollbackException timedOut) {
            return false;
        }
    }

    @Test
    void anInterruptWhileTheDecisionIsUnderWayChangesNothing() throws Exception {
        interruptedAt(east);
        assertThat(bank.balances()).containsExactly(999L, 1001L);
    }

    @Test
    void anInterruptWhileABranchIsBeingPreparedChangesNothing() throws Exception {
        interruptedAt(west);
        assertThat(bank.balances()).containsExactly(999L, 1001L);
    }

    private void interruptedAt(PostgresNode node) throws Exception {
        try (Gate gate = Gate.closed(node)) {
            CompletableFuture<Thread> committing = new CompletableFuture<>();
            Future<Boolean> commit = threads.submit(() -> {
                bank.transaction().begin();
                bank.add("east", -1);
                bank.add("west", 1);
                committing.complete(Thread.currentThread());
                bank.transaction().commit();
                return Thread.interrupted();
            });
            gate.awaitSomebody();
            committing.join().interrupt();
            gate.open();
            assertThat(commit.get(30, TimeUnit.SECONDS))
                    .as("the thread still knows that it was interrupted")
                    .isTrue();
        }
        nothingIsLeft();
    }
}
