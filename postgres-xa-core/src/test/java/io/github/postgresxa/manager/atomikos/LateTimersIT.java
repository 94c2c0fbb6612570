package io.github.postgresxa.manager.atomikos;

import static org.assertj.core.api.Assertions.assertThat;

import com.atomikos.timing.PooledAlarmTimer;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Atomikos' timers: a short transaction takes no thread for one, and a long one still has its timeout. */
@PostgresNodes("east")
class LateTimersIT {

    private static final int OPEN = 40;
    private static final Duration BOUND = Duration.ofSeconds(20);

    private Bank bank;
    private TransactionManager manager;

    @BeforeEach
    void open(PostgresNode east) {
        bank = Bank.open(east);
        manager = bank.xa.transactionManager();
    }

    @AfterEach
    void close() {
        bank.close();
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("Atomikos:"))
                .count();
    }

    private List<Transaction> begin() throws Exception {
        List<Transaction> open = new ArrayList<>();
        for (int i = 0; i < OPEN; i++) {
            manager.begin();
            open.add(manager.suspend());
        }
        return open;
    }

    private static void end(List<Transaction> open) throws Exception {
        for (Transaction transaction : open) {
            transaction.rollback();
        }
    }

    @Test
    void shortTransactionsTakeNoThread() throws Exception {
        // A loaded machine can make any of them a long one.
        Eventually.eventually(BOUND, OPEN + " transactions at once, and no thread for each", () -> {
            List<Transaction> open = begin();
            long threads = threads();
            end(open);
            return threads < OPEN / 2;
        });
    }

    @Test
    void longTransactionsGetTheirTimers() throws Exception {
        List<Transaction> open = begin();
        Eventually.eventually(BOUND, "each has a timer that ticks", () -> ticking() >= OPEN);
        end(open);
        // Atomikos' recovery has timers, too.
        Eventually.eventually(BOUND, "the timers end with their transactions", () -> ticking() < OPEN / 2);
    }

    private static long ticking() {
        return Thread.getAllStackTraces().values().stream()
                .filter(stack -> Stream.of(stack)
                        .anyMatch(frame -> frame.getClassName().equals(PooledAlarmTimer.class.getName())))
                .count();
    }

    @Test
    void aPoolThatIsInUseIsNotReplaced() {
        assertThat(LateTimers.install()).isFalse();
    }

    @Test
    void afterTheLastUserHasLeftTheNextOneHasItAgain(PostgresNode east) throws Exception {
        bank.close();
        open(east);
        shortTransactionsTakeNoThread();
    }
}
