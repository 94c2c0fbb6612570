package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.postgresxa.ConflictException;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RolledBackException;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultProxy;
import io.github.postgresxa.test.fault.MessageKind;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Work in {@code inTransaction} commits when it returns and rolls back when it throws. Nothing stays open. */
@PostgresNodes({"east", "west"})
class InTransactionIT extends InTransactionStage {

    InTransactionIT(PostgresNode east, PostgresNode west) {
        super(east, west);
    }

    @Test
    void workThatReturnsIsCommitted() throws Exception {
        xa.inTransaction(this::transfer);
        isTransferred();
    }

    @Test
    void theResultIsReturnedOnceItIsCommitted() throws Exception {
        long left = xa.inTransaction(() -> {
            transfer();
            return bank.read("east");
        });
        assertThat(left).isEqualTo(990);
        assertThat(xa.inTransaction(Duration.ofSeconds(5), () -> bank.read("west")))
                .isEqualTo(1010);
        isTransferred();
    }

    /** The compiler knows what the work throws: nothing here but the two exceptions of the commit. */
    @Test
    void whatTheWorkDoesNotThrowNeedNotBeCaught() {
        try {
            xa.inTransaction(() -> {
                throw new IllegalArgumentException("not enough");
            });
        } catch (RollbackException | HeuristicMixedException e) {
            throw new AssertionError(e);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessage("not enough").hasNoCause().hasNoSuppressedExceptions();
        }
    }

    @Test
    void anythingThatTheWorkThrowsRollsBackAtOnceAndIsThrown() {
        for (Throwable failure : List.of(
                new IOException("checked"),
                new IllegalStateException("unchecked"),
                new OutOfMemoryError("an Error"),
                new StackOverflowError())) {
            assertThatThrownBy(() -> xa.inTransaction(() -> {
                        transfer();
                        InTransactionIT.<RuntimeException>sneak(failure);
                    }))
                    .isSameAs(failure)
                    .hasNoSuppressedExceptions();
            isUndone();
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneak(Throwable failure) throws E {
        throw (E) failure;
    }

    @Test
    void aFailedStatementThatTheWorkSwallowsRollsBackWithThatReason() {
        assertThatThrownBy(() -> xa.inTransaction(() -> {
                    bank.add("east", -10);
                    catchThrowable(() -> bank.execute("west", "insert into account values (1, 0)"));
                }))
                .isInstanceOf(RolledBackException.class)
                .hasMessageContaining("account_pkey");
        isUndone();
    }

    @Test
    void aConflictAtTheCommitHasItsType() throws Exception {
        try (Connection other = west.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("select 1 from account where id = 1 for update");
            assertThatThrownBy(() -> xa.inTransaction(() -> {
                        bank.add("east", -10);
                        catchThrowable(
                                () -> bank.execute("west", "select 1 from account where id = 1 for update nowait"));
                    }))
                    .isInstanceOf(ConflictException.class);
            other.rollback();
        }
        isUndone();
    }

    @Test
    void anUnknownOutcomeHasItsTypeAndNamesTheTransaction() throws Exception {
        FaultPlan plan = new FaultPlan();
        AtomicReference<TransactionId> id = new AtomicReference<>();
        try (FaultProxy toEast = FaultProxy.before(east, plan);
                PostgresXa faulty = PostgresXa.builder()
                        .home("first-used")
                        .name("bank")
                        .recovery(Bank.FAST)
                        .node("east", toEast.jdbcUrl(), east.username(), east.password())
                        .node("west", west.jdbcUrl(), west.username(), west.password())
                        .build()) {
            Bank over = Bank.over(faulty, List.of(east, west));
            // Nothing proves what became of a decision that never arrived.
            east.execute(
                    "update pgxa.node set mark = '4000000000'",
                    "insert into pgxa.participant values ('%s', '4000000000')".formatted(Bank.identity(west)));
            plan.at(MessageKind.DECISION).loseRequest();
            Throwable told = catchThrowable(() -> faulty.inTransaction(() -> {
                over.add("east", -10);
                over.add("west", 10);
                id.set(faulty.currentTransaction().orElseThrow());
            }));
            assertThat(told)
                    .isInstanceOf(HeuristicMixedException.class)
                    .hasMessageContaining("The outcome of transaction " + id.get() + " is not known")
                    .hasMessageContaining("PostgresXa.outcome");
            assertThat(faulty.userTransaction().getStatus()).isEqualTo(Status.STATUS_NO_TRANSACTION);
            east.execute("update pgxa.node set mark = null", "delete from pgxa.participant");
            Eventually.eventually(Duration.ofSeconds(20), "recovery settles it", () -> over.prepared() == 0);
        } finally {
            east.execute("update pgxa.node set mark = null", "delete from pgxa.participant");
        }
        isUndone();
    }

    @Test
    void aTimeoutDuringTheWorkIsWhatTheWorkThrows() {
        assertThatThrownBy(() -> xa.inTransaction(Duration.ofMillis(900), () -> {
                    bank.add("east", -10);
                    bank.execute("west", "select pg_sleep(30)");
                }))
                .isInstanceOf(SQLTimeoutException.class)
                .hasMessageContaining("took longer than its timeout of 0.9 s");
        isUndone();
    }

    @Test
    void aTimeoutThatTheWorkDoesNotNoticeIsARollback() {
        assertThatThrownBy(() -> xa.inTransaction(Duration.ofSeconds(1), () -> {
                    bank.add("east", -10);
                    Eventually.eventually(
                            Duration.ofSeconds(10),
                            "the deadline has ended it",
                            () -> xa.pool("east").active() == 0);
                }))
                .isInstanceOf(RolledBackException.class)
                .hasMessageContaining("took longer than its timeout of 1 s");
        isUndone();
    }

    @Test
    void theTimeoutIsThatTransactionsOnly() throws Exception {
        bank.transaction().setTransactionTimeout(60);
        try {
            xa.inTransaction(Duration.ofSeconds(1), this::transfer);
            xa.inTransaction(() -> {
                bank.execute("east", "select pg_sleep(1.5)");
                bank.add("east", 0);
            });
        } finally {
            bank.transaction().setTransactionTimeout(0);
        }
        isTransferred();
        for (Duration never : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
            assertThatThrownBy(() -> xa.inTransaction(never, this::transfer))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aNodeThatGivesNoConnectionRollsBackAndSaysSo() {
        west.stop();
        try {
            assertThatThrownBy(() -> xa.inTransaction(this::transfer))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("node 'west'")
                    .hasMessageContaining("gives no connection");
            assertThatThrownBy(() -> xa.inTransaction(() -> {
                        catchThrowable(() -> bank.add("west", 10));
                        bank.add("east", -10);
                    }))
                    .isInstanceOf(RolledBackException.class)
                    .hasMessageContaining("node 'west'");
        } finally {
            west.start();
        }
        isUndone();
    }

    @Test
    void whatFailsInTheRollbackIsSuppressed() {
        IOException failure = new IOException("the work");
        assertThatThrownBy(() -> xa.inTransaction(() -> {
                    transfer();
                    east.kill();
                    throw failure;
                }))
                .isSameAs(failure);
        east.start();
        isUndone();
    }

    @Test
    void toEndATransactionThatWasNeverBegunIsRefused() {
        try (PostgresXa other = Bank.builder(east, west).build()) {
            assertThatThrownBy(() -> other.userTransaction().rollback()).isInstanceOf(IllegalStateException.class);
        }
        try (PostgresXa other = Bank.builder(east, west).build()) {
            assertThatThrownBy(() -> other.userTransaction().commit()).isInstanceOf(IllegalStateException.class);
        }
        try (PostgresXa other = Bank.builder(east, west).build()) {
            assertThatThrownBy(() -> other.userTransaction().setRollbackOnly())
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void afterTheCloseTheWorkDoesNotRun() {
        PostgresXa other = Bank.builder(east, west).build();
        other.close();
        assertThatThrownBy(() -> other.inTransaction(() -> {
                    other.dataSource("east").getConnection().close();
                }))
                .isInstanceOfAny(IllegalStateException.class, SQLException.class);
    }
}
