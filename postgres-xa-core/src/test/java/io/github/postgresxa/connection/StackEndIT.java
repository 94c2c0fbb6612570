package io.github.postgresxa.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.Status;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * The stack of the application's thread ends somewhere in the begin of a transaction's part or in its commit. Nothing
 * stays counted, planned, locked or taken from a pool.
 */
@PostgresNodes({"east", "west"})
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class StackEndIT {

    private static final int STACK = 512 * 1024;
    private static final int TRIES = 80;
    private static final int FRAMES_APART = 12;
    private static final int NEEDED_TO_REACH_US = 150;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private Bank bank;
    private int depth;

    private interface Step {
        void run() throws Exception;
    }

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        bank = Bank.open(b -> b.transactionTimeout(Duration.ofSeconds(3)), east, west);
    }

    @AfterEach
    void close() {
        bank.close();
    }

    @Test
    void inTheFirstUseOfANode() throws Exception {
        for (int i = 1; i <= TRIES; i++) {
            int left = i * FRAMES_APART;
            onASmallStack(() -> {
                bank.transaction().begin();
                above(left, () -> bank.add("east", -1));
                above(left, () -> bank.add("west", 1));
                bank.transaction().rollback();
                bank.add("east", 0); // It belongs to no transaction that this thread had before.
            });
        }
        nothingIsLeft();
    }

    /** What the application swallows is missing, so nothing of its transaction may be kept. */
    @Test
    void inTheFirstUseOfANodeIsNotForgotten() throws Exception {
        for (int i = 1; i <= TRIES; i++) {
            int left = NEEDED_TO_REACH_US + i * FRAMES_APART;
            onASmallStack(() -> {
                bank.transaction().begin();
                boolean[] connected = {false};
                above(left, () -> {
                    bank.connection("east").close();
                    connected[0] = true;
                });
                bank.add("west", 1);
                bank.add("east", connected[0] ? -1 : 0);
                bank.transaction().commit();
            });
        }
        nothingIsLeft();
    }

    @Test
    void inTheCommit() throws Exception {
        for (int i = 1; i <= TRIES; i++) {
            int left = i * FRAMES_APART;
            onASmallStack(() -> {
                bank.transaction().begin();
                bank.add("east", -1);
                bank.add("west", 1);
                above(left, bank.transaction()::commit);
                if (bank.transaction().getStatus() != Status.STATUS_NO_TRANSACTION) {
                    bank.transaction().rollback();
                }
            });
        }
        nothingIsLeft();
    }

    private void nothingIsLeft() throws Exception {
        Eventually.eventually(LIMIT, "no transaction is active", () -> bank.xa.activeTransactionCount() == 0);
        Eventually.eventually(LIMIT, "nothing is prepared", () -> bank.prepared() == 0);
        assertThat(bank.xa.pool("east").active() + bank.xa.pool("west").active())
                .isZero();
        assertThat(bank.balances().stream().mapToLong(Long::longValue).sum()).isEqualTo(2000);
        bank.transaction().begin();
        bank.add("east", -1);
        bank.add("west", 1);
        bank.transaction().commit();
    }

    private void onASmallStack(Step step) throws InterruptedException {
        Thread thread = new Thread(
                null,
                () -> {
                    try {
                        step.run();
                    } catch (Exception | Error e) {
                        return; // Only what it leaves behind counts.
                    }
                },
                "small stack",
                STACK);
        thread.setDaemon(true);
        thread.start();
        thread.join(LIMIT.toMillis());
        assertThat(thread.isAlive())
                .as("it is blocked at %s", List.of(thread.getStackTrace()))
                .isFalse();
    }

    /** Makes a call with so many small frames left. */
    private void above(int left, Step step) {
        depth = 0;
        into(Integer.MAX_VALUE, step);
        into(depth - left, step);
    }

    private void into(int frames, Step step) {
        depth++;
        try {
            if (frames > 0) {
                into(frames - 1, step);
                return;
            }
        } catch (StackOverflowError e) {
            return;
        }
        try {
            step.run();
        } catch (Exception | StackOverflowError e) {
            return; // What is left behind counts.
        }
    }
}
