package io.github.postgresxa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.commit.ManagerByHand;
import io.github.postgresxa.node.Timer;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.transaction.xa.XAException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A machine so busy that the timer does not come at all. The clock alone decides whether a commit comes in time. */
@PostgresNodes({"east", "west"})
class LateTimerIT {

    private static final Duration TIMEOUT = Duration.ofMillis(300);

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private @Nullable Bank opened;

    /** Runs what is repeated, and nothing that is planned. */
    private static final class Never extends ScheduledThreadPoolExecutor {

        Never() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            return super.schedule(task, 1, TimeUnit.DAYS);
        }
    }

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
    }

    private Bank open(UnaryOperator<PostgresXa.Builder> settings, PostgresNode... nodes) {
        Bank bank = Bank.open(
                b -> settings.apply(b)
                        .threads(() -> new Threads(Timer.over(new Never()), Executors.newCachedThreadPool())),
                nodes);
        opened = bank;
        return bank;
    }

    private static void waitUntilOver(long begun, Duration timeout) throws Exception {
        Eventually.eventually(LIMIT, "its time is over", () -> System.nanoTime() - begun > timeout.toNanos());
    }

    @Test
    void aCommitAfterTheTimeIsARollback(PostgresNode east, PostgresNode west) throws Exception {
        Bank bank = open(b -> b, east, west);
        bank.xa.begin(TIMEOUT);
        long begun = System.nanoTime();
        bank.add("east", -10);
        bank.add("west", 10);
        waitUntilOver(begun, TIMEOUT);
        assertThatThrownBy(() -> bank.transaction().commit())
                .isInstanceOf(RolledBackException.class)
                .hasMessageContaining("took longer than its timeout of 0.3 s");
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
        assertThat(bank.xa.pool("east").active() + bank.xa.pool("west").active())
                .isZero();
        assertThat(bank.xa.activeTransactionCount()).isZero();
    }

    @Test
    void aCommitInTimeIsACommit(PostgresNode east, PostgresNode west) throws Exception {
        Bank bank = open(b -> b, east, west);
        bank.xa.begin(Duration.ofMinutes(1));
        bank.add("east", -10);
        bank.add("west", 10);
        bank.transaction().commit();
        assertThat(bank.balances()).containsExactly(990L, 1010L);
    }

    @Test
    void aPrepareAfterTheTimePreparesNothing(PostgresNode east, PostgresNode west) throws Exception {
        ManagerByHand manager = new ManagerByHand();
        manager.setTransactionTimeout(1);
        Bank bank = open(b -> b.transactionManager(manager, manager), east, west);
        bank.add("east", -10);
        long begun = System.nanoTime();
        bank.add("west", 10);
        waitUntilOver(begun, Duration.ofSeconds(1));
        assertThatThrownBy(() -> manager.resource().prepare(manager.xid))
                .isInstanceOfSatisfying(
                        XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XA_RBTIMEOUT));
        manager.resource().rollback(manager.xid);
        assertThat(bank.prepared()).isZero();
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }
}
