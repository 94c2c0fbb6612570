package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.Acknowledge;
import io.github.postgresxa.CommitSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionCharacteristics;
import io.github.postgresxa.TransactionCharacteristics.Isolation;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.EarlyBank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.Fault;
import io.github.postgresxa.test.fault.MessageKind;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Commits are acknowledged when they are decided, and their COMMIT PREPARED is late. A statement of the same process
 * sees them all the same.
 */
@PostgresNodes({"east", "west"})
class ReadYourWritesIT {

    private PostgresNode[] nodes = {};
    private EarlyBank early;
    private volatile Isolation isolation = Isolation.SERVER_DEFAULT;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) throws Exception {
        nodes = new PostgresNode[] {east, west};
        early = new EarlyBank(b -> b.characteristics(() -> new TransactionCharacteristics(isolation, false)), 5, nodes);
    }

    private void reopen(UnaryOperator<PostgresXa.Builder> settings) throws Exception {
        early.close();
        early = new EarlyBank(settings, 5, nodes);
    }

    @AfterEach
    void close() throws Exception {
        early.close();
    }

    private long readInTransaction() throws Exception {
        return early.bank.xa.inTransaction(() -> early.bank.read("west"));
    }

    private void seesTheTransferWhenItIsFinished(Fault held, CompletableFuture<Long> read) throws Exception {
        EarlyBank.waits(read);
        held.release();
        assertThat(EarlyBank.ends(read)).isEqualTo(1010);
    }

    @Test
    void aStatementOutsideOfTransactionsWaitsAndSeesIt() throws Exception {
        Fault held = early.transferAndHoldItsFinish();
        seesTheTransferWhenItIsFinished(held, EarlyBank.begun(() -> early.bank.read("west")));
    }

    @Test
    void aStatementOnAConnectionThatWasOpenBeforeWaitsToo() throws Exception {
        try (Connection open = early.bank.connection("west");
                Statement statement = open.createStatement()) {
            Fault held = early.transferAndHoldItsFinish();
            seesTheTransferWhenItIsFinished(held, EarlyBank.begun(() -> balance(statement)));
        }
    }

    private static long balance(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery("select balance from account where id = 1")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Isolation.class)
    void aTransactionThatBeginsLaterHasASnapshotThatShowsIt(Isolation level) throws Exception {
        Fault held = early.transferAndHoldItsFinish();
        isolation = level;
        seesTheTransferWhenItIsFinished(held, EarlyBank.begun(this::readInTransaction));
    }

    @Test
    void aStatementOfATransactionThatIsOpenAlreadyWaitsToo() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        CountDownLatch acknowledged = new CountDownLatch(1);
        CompletableFuture<Long> read = EarlyBank.begun(() -> early.bank.xa.inTransaction(() -> {
            assertThat(early.bank.read("west")).isEqualTo(1000);
            open.countDown();
            acknowledged.await();
            return early.bank.read("west");
        }));
        open.await();
        Fault held = early.transferAndHoldItsFinish();
        acknowledged.countDown();
        seesTheTransferWhenItIsFinished(held, read);
    }

    @Test
    void theNodeOfTheDecisionAndTheOtherProcessesDoNotWait() throws Exception {
        Fault held = early.transferAndHoldItsFinish();
        assertThat(early.bank.read("east")).isEqualTo(990);
        assertThat(early.bank.balances()).containsExactly(990L, 1000L);
        held.release();
    }

    @Test
    void afterALostFinishAStatementWaitsForRecovery() throws Exception {
        reopen(b -> b.recovery(Bank.FAST));
        Fault lost = early.plan.at(MessageKind.COMMIT_PREPARED).loseRequest();
        early.transfer();
        assertThat(early.bank.read("west")).isEqualTo(1010);
        assertThat(lost.hasFired()).isTrue();
    }

    @Test
    void theWaitIsBoundedAndItsEndIsReportedOnce() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        reopen(b -> b.commit(new CommitSettings(Acknowledge.DECIDED, Duration.ofMillis(300)))
                .listener(new XaListener() {
                    @Override
                    public void noLongerAwaited(TransactionId id, String node) {
                        told.add(node);
                    }
                }));
        Fault held = early.transferAndHoldItsFinish();
        assertThat(EarlyBank.ends(EarlyBank.begun(() -> early.bank.read("west"))))
                .isEqualTo(1000);
        assertThat(readInTransaction()).isEqualTo(1000);
        assertThat(told).containsExactly("west");
        held.release();
        early.finished();
        assertThat(early.bank.read("west")).isEqualTo(1010);
    }

    @Test
    void itCanBeSwitchedOff() throws Exception {
        reopen(b -> b.commit(new CommitSettings(Acknowledge.DECIDED, Duration.ZERO)));
        Fault held = early.transferAndHoldItsFinish();
        assertThat(early.bank.read("west")).isEqualTo(1000);
        held.release();
    }

    @Test
    void theTimeoutOfTheTransactionEndsTheWait() throws Exception {
        Fault held = early.transferAndHoldItsFinish();
        CompletableFuture<Long> read = EarlyBank.begun(
                () -> early.bank.xa.inTransaction(Duration.ofSeconds(1), () -> early.bank.read("west")));
        assertThatThrownBy(() -> EarlyBank.ends(read))
                .isInstanceOf(SQLTimeoutException.class)
                .hasMessageContaining("timeout of 1 s");
        held.release();
    }

    @Test
    void anInterruptDoesNotCutTheWaitShort() throws Exception {
        try (Connection one = early.bank.connection("west");
                Connection two = early.bank.connection("west")) {
            assertThat(two)
                    .as("an interrupt may end a login, so the pool has one more")
                    .isNotSameAs(one);
        }
        Fault held = early.transferAndHoldItsFinish();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        CompletableFuture<Long> read = EarlyBank.begun(() -> {
            Thread.currentThread().interrupt();
            long balance = early.bank.read("west");
            interrupted.complete(Thread.interrupted());
            return balance;
        });
        seesTheTransferWhenItIsFinished(held, read);
        assertThat(interrupted).isCompletedWithValue(true);
    }

    @Test
    void aThreadThatHoldsLocksOnTheNodeWaitsAndTheFinishGoesOnAllTheSame() throws Exception {
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch acknowledged = new CountDownLatch(1);
        early.bank.execute("west", "insert into account values (2, 0) on conflict do nothing");
        CompletableFuture<Long> other = EarlyBank.begun(() -> early.bank.xa.inTransaction(() -> {
            early.bank.execute("west", "update account set balance = 5 where id = 2");
            early.bank.execute("west", "lock table account in row exclusive mode");
            locked.countDown();
            acknowledged.await();
            return early.bank.read("west");
        }));
        locked.await();
        Fault held = early.transferAndHoldItsFinish();
        acknowledged.countDown();
        seesTheTransferWhenItIsFinished(held, other);
    }
}
