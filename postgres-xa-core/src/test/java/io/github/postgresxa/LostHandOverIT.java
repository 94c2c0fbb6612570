package io.github.postgresxa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A task cannot be handed to another thread: "unable to create native thread", a rejection, anything. The first
 * hand-over of a run fails, then the second, and so on, until a run has none left. Afterwards everything works: no
 * node, no home, no deadline and no janitor is lost with that one task.
 */
@PostgresNodes({"east", "west", "north"})
class LostHandOverIT {

    private static final int MORE_THAN_A_RUN_HAS = 60;

    private final FailingThreads threads = new FailingThreads();
    private List<PostgresNode> nodes;
    private @Nullable Bank opened;

    @BeforeEach
    void begin(PostgresNode east, PostgresNode west, PostgresNode north) {
        nodes = List.of(east, west, north);
    }

    @AfterEach
    void close() {
        threads.calm();
        if (opened != null) {
            opened.close();
        }
    }

    private Bank open(RecoverySettings clock) {
        Bank bank = Bank.open(b -> b.recovery(clock).threads(threads::threads), nodes.toArray(PostgresNode[]::new));
        opened = bank;
        return bank;
    }

    private interface Run {
        void walk(int n, String what) throws Exception;
    }

    private void untilNoneIsLeft(Run run) throws Exception {
        for (Supplier<Throwable> kind : FailingThreads.KINDS) {
            untilNoneIsLeft(run, kind, false);
        }
        untilNoneIsLeft(run, FailingThreads.KINDS.get(0), true);
    }

    private void untilNoneIsLeft(Run run, Supplier<Throwable> kind, boolean taken) throws Exception {
        int n = 0;
        do {
            assertThat(++n).isLessThan(MORE_THAN_A_RUN_HAS);
            threads.fail(n, kind, taken);
            run.walk(n, "hand-over %d fails with %s, task %s".formatted(n, kind.get(), taken ? "taken" : "lost"));
        } while (threads.hasFailed());
        threads.calm();
    }

    @Test
    void aCommitOverThreeNodesIsAllOrNothingAndRecoverySettlesAnOrphanAfterwards() throws Exception {
        Bank bank = open(new RecoverySettings(true, Duration.ofMinutes(5), Duration.ZERO));
        untilNoneIsLeft((n, what) -> {
            List<Long> before = bank.balances();
            long moved = transfer(bank) == Outcome.COMMITTED ? 1 : 0;
            Bank.leavePrepared(TransactionId.random(), 1, nodes.get(0), nodes.get(1));
            Eventually.eventually(Duration.ofSeconds(10), what + ": nothing is left prepared", () -> {
                bank.xa.recoverNow();
                return bank.prepared() == 0;
            });
            assertThat(bank.balances())
                    .as(what)
                    .isEqualTo(before.stream().map(b -> b + moved).toList());
        });
    }

    private static Outcome transfer(Bank bank) throws Exception {
        bank.transaction().begin();
        try {
            bank.add("east", 1);
            bank.add("west", 1);
            bank.add("north", 1);
        } catch (SQLException noDeadline) {
            bank.transaction().rollback();
            return Outcome.ROLLED_BACK;
        }
        try {
            bank.transaction().commit();
            return Outcome.COMMITTED;
        } catch (RollbackException e) {
            return Outcome.ROLLED_BACK;
        } catch (HeuristicMixedException e) {
            return Outcome.UNKNOWN;
        }
    }

    @Test
    void theRegularPassesGoOnWhateverTheyMet() throws Exception {
        Bank bank = open(Bank.FAST);
        for (int n = 1; n <= 8; n++) {
            threads.fail(n, FailingThreads.KINDS.get(n % 3), false);
            Eventually.eventually(Duration.ofSeconds(10), "hand-over " + n + " fails", threads::hasFailed);
            List<Long> before = bank.balances();
            for (PostgresNode node : nodes) {
                Bank.leavePrepared(TransactionId.random(), 1, nodes.get(n % 3), node);
            }
            Eventually.eventually(
                    Duration.ofSeconds(10), "hand-over " + n + ": all is settled", () -> bank.prepared() == 0);
            assertThat(bank.balances()).isEqualTo(before);
        }
    }

    @Test
    void aDeadlineFiresWhateverItsHandOverMet() throws Exception {
        Bank bank = open(new RecoverySettings(true, Duration.ofMinutes(5), Duration.ZERO));
        List<String> ends = new ArrayList<>();
        for (Supplier<Throwable> kind : FailingThreads.KINDS) {
            // When it is set, and when it has come.
            for (int n = 1; n <= 2; n++) {
                bank.transaction().setTransactionTimeout(1);
                threads.fail(n, kind, false);
                long start = System.nanoTime();
                bank.transaction().begin();
                assertThatThrownBy(() -> {
                            bank.add("east", 1);
                            bank.add("west", 1);
                            bank.execute("north", "select pg_sleep(20)");
                        })
                        .as("hand-over " + n + " fails with " + kind.get())
                        .isInstanceOf(SQLException.class);
                if (bank.transaction().getStatus() != Status.STATUS_NO_TRANSACTION) {
                    bank.transaction().rollback();
                }
                ends.add(Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms");
                assertThat(System.nanoTime() - start)
                        .as(ends.toString())
                        .isLessThan(Duration.ofSeconds(15).toNanos());
            }
        }
        assertThat(bank.balances()).containsExactly(1000L, 1000L, 1000L);
        assertThat(bank.xa.activeTransactionCount()).isZero();
    }

    @Test
    void aStartThatFailsLeavesNothingBehindAndTheNextOneSucceeds() {
        for (int n = 1; n < MORE_THAN_A_RUN_HAS && opened == null; n++) {
            threads.fail(n, FailingThreads.KINDS.get(0), false);
            try {
                assertThat(open(Bank.FAST).xa.nodes()).hasSize(3);
            } catch (OutOfMemoryError e) {
                assertThat(e).hasMessageContaining("thread");
            }
        }
        assertThat(opened).isNotNull();
    }
}
