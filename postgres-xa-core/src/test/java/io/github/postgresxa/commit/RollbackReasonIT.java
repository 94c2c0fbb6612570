package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.postgresxa.ConflictException;
import io.github.postgresxa.RolledBackException;
import io.github.postgresxa.TransactionCharacteristics;
import io.github.postgresxa.TransactionCharacteristics.Isolation;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Synchronization;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;

/** An application reads first why its transaction was rolled back. A conflict has a dedicated type. */
@PostgresNodes({"east", "west"})
class RollbackReasonIT {

    private Isolation isolation = Isolation.SERVER_DEFAULT;
    private PostgresNode west;
    private Bank bank;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        this.west = west;
        bank = Bank.open(b -> b.characteristics(() -> new TransactionCharacteristics(isolation, false)), east, west);
        west.execute(
                "drop table if exists entry",
                "create table entry (id int primary key, account int references account"
                        + " deferrable initially deferred)");
    }

    @AfterEach
    void close() {
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
        bank.close();
    }

    /** {@return what the commit's caller gets; it names the transaction and all of these words} */
    private RollbackException refused(String... words) {
        TransactionId id = bank.xa.currentTransaction().orElseThrow();
        Throwable told = catchThrowable(() -> bank.transaction().commit());
        assertThat(told)
                .isInstanceOf(RolledBackException.class)
                .hasMessageContaining("Transaction " + id + " is rolled back on all nodes")
                .hasMessageContainingAll(words);
        return (RollbackException) told;
    }

    private static String state(Throwable rollback) {
        return ((SQLException) Objects.requireNonNull(rollback.getCause())).getSQLState();
    }

    @Test
    void aStatementThatTheDeadlineCancelledSaysSo() throws Exception {
        bank.transaction().setTransactionTimeout(1);
        bank.transaction().begin();
        bank.add("east", -10);
        assertThatThrownBy(() -> bank.execute("west", "select pg_sleep(60)"))
                .isInstanceOf(SQLTimeoutException.class)
                .hasMessageContaining("took longer than its timeout of 1 s")
                .hasMessageContaining("the statement on node 'west' was cancelled")
                .hasCauseInstanceOf(PSQLException.class)
                .satisfies(e -> assertThat(((SQLException) e).getSQLState()).matches("57014|08.*"));
        assertThatThrownBy(() -> bank.add("east", 1))
                .isInstanceOf(SQLTimeoutException.class)
                .hasMessageContaining("took longer than its timeout of 1 s, while a statement ran on node 'west'");
        assertThat(refused("took longer than its timeout of 1 s, while a statement ran on node 'west'"))
                .hasCauseInstanceOf(SQLTimeoutException.class);
        bank.transaction().setTransactionTimeout(0);
    }

    @Test
    void aDeadlineBetweenStatementsIsTheReason() throws Exception {
        bank.transaction().setTransactionTimeout(1);
        bank.transaction().begin();
        bank.add("east", -10);
        Eventually.eventually(
                Duration.ofSeconds(10),
                "the deadline has ended it",
                () -> bank.xa.pool("east").active() == 0);
        assertThat(refused("took longer than its timeout of 1 s and is rolled back"))
                .hasCauseInstanceOf(SQLTimeoutException.class);
        bank.transaction().setTransactionTimeout(0);
    }

    @Test
    void aDeferredConstraintIsTheReason() throws Exception {
        for (String first : new String[] {"east", "west"}) {
            bank.transaction().begin();
            if (first.equals("east")) {
                bank.add("east", -10);
            }
            bank.execute("west", "insert into entry values (1, 77)");
            if (first.equals("west")) {
                bank.add("east", -10);
            }
            RollbackException told = refused("violates foreign key constraint", "entry_account_fkey");
            assertThat(state(told)).isEqualTo("23503");
            assertThat(told).isNotInstanceOf(ConflictException.class);
        }
    }

    /** Two counters of one doctors' rota: after the first commit the second one is impossible in any order. */
    @Test
    void aSerializationFailureIsAConflict() throws Exception {
        isolation = Isolation.SERIALIZABLE;
        west.execute(
                "insert into account values (2, 1) on conflict do nothing",
                "update account set balance = 1 where id = 2");
        try (Connection other = west.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            other.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            bank.transaction().begin();
            bank.add("east", -10);
            bank.execute(
                    "west", "update account set balance = 5 where id = 2 and (select sum(balance) from account) > 0");
            statement.executeUpdate(
                    "update account set balance = balance where id = 1 and (select sum(balance) from account) > 0");
            other.commit();
            RollbackException told = refused("could not serialize access");
            assertThat(told).isInstanceOf(ConflictException.class);
            assertThat(state(told)).isEqualTo("40001");
        } finally {
            west.execute("delete from account where id = 2");
        }
    }

    @Test
    void aSwallowedLockFailureIsAConflict() throws Exception {
        try (Connection other = west.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("select 1 from account where id = 1 for update");
            bank.transaction().begin();
            bank.add("east", -10);
            assertThatThrownBy(() -> bank.execute("west", "select 1 from account where id = 1 for update nowait"))
                    .isInstanceOf(PSQLException.class);
            RollbackException told =
                    refused("node 'west'", "could not obtain lock on row", "the application continued");
            assertThat(told).isInstanceOf(ConflictException.class);
            assertThat(state(told)).isEqualTo("55P03");
            other.rollback();
        }
    }

    @Test
    void whatFailedBeforeTheCommitIsTheReason() throws Exception {
        bank.transaction().begin();
        bank.add("east", -10);
        bank.add("west", 10);
        bank.xa.transactionSynchronizationRegistry().registerInterposedSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {
                throw new IllegalStateException("the books do not balance");
            }

            @Override
            public void afterCompletion(int status) {
                // Nothing.
            }
        });
        assertThat(refused("IllegalStateException: the books do not balance"))
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    /** Like a persistence context whose flush is a failing statement. */
    @Test
    void aStatementThatFailsBeforeTheCommitIsTheReason() throws Exception {
        bank.transaction().begin();
        bank.add("east", -10);
        bank.xa.transactionManager().getTransaction().registerSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {
                try {
                    bank.execute("west", "insert into account values (1, 0)");
                } catch (SQLException e) {
                    throw new IllegalStateException("could not flush: " + e.getMessage(), e);
                }
            }

            @Override
            public void afterCompletion(int status) {
                // Nothing.
            }
        });
        assertThat(refused("account_pkey")).hasStackTraceContaining("could not flush");
    }

    @Test
    void aMarkIsTheReasonWithTheFirstStatementThatFailed() throws Exception {
        bank.transaction().begin();
        bank.add("east", -10);
        bank.transaction().setRollbackOnly();
        assertThat(state(refused("marked rollback-only"))).isEqualTo("25000");

        bank.transaction().begin();
        bank.add("east", -10);
        try (Connection c = bank.connection("west");
                Statement s = c.createStatement()) {
            Savepoint before = c.setSavepoint();
            assertThatThrownBy(() -> s.execute("insert into account values (1, 0)"))
                    .isInstanceOf(PSQLException.class);
            c.rollback(before);
        }
        bank.transaction().setRollbackOnly();
        assertThat(state(refused("marked rollback-only", "on node 'west'", "account_pkey")))
                .isEqualTo("23505");
    }

    @Test
    void aNodeThatGaveNoConnectionIsTheReasonAlsoIfNoneWasTouched() throws Exception {
        bank.transaction().begin();
        bank.xa.drain(Duration.ZERO);
        assertThatThrownBy(() -> bank.add("west", 10)).hasMessageContaining("node 'west'");
        bank.xa.resume();
        assertThatThrownBy(() -> bank.transaction().commit())
                .isInstanceOf(RolledBackException.class)
                .hasMessageContaining("The transaction is rolled back on all nodes: this application is shutting down");
    }
}
