package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Transaction;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@PostgresNodes({"east", "west", "north"})
class CommitIT {

    private Bank bank;
    private PostgresNode east;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west, PostgresNode north) {
        this.east = east;
        bank = Bank.open(east, west, north);
        east.execute(
                "create table if not exists parent (id int primary key)",
                "create table if not exists child (parent int references parent deferrable initially deferred)");
    }

    @AfterEach
    void nothingIsLeft() {
        bank.close();
        assertThat(bank.prepared()).isZero();
    }

    @Test
    void allNodesKeepACommittedTransaction() throws Exception {
        bank.transaction().begin();
        bank.add("east", -30);
        bank.add("west", 10);
        bank.add("north", 20);
        TransactionId id = bank.xa.currentTransaction().orElseThrow();
        bank.transaction().commit();

        assertThat(bank.balances()).containsExactly(970L, 1010L, 1020L);
        assertThat(bank.xa.outcome(id)).isEqualTo(Outcome.COMMITTED);
        assertThat(bank.xa.activeTransactionCount()).isZero();
        assertThat(east.queryForLong(
                        "select cardinality(participants) from pgxa.decision where gtrid = ?::uuid", id.toString()))
                .isEqualTo(2);
    }

    @Test
    void noNodeKeepsWhatWasRolledBack() throws Exception {
        bank.transaction().begin();
        bank.add("east", -30);
        bank.add("west", 30);
        bank.transaction().rollback();

        assertThat(bank.balances()).containsExactly(1000L, 1000L, 1000L);
    }

    @Test
    void aTransactionMarkedRollbackOnlyIsRolledBack() throws Exception {
        bank.transaction().begin();
        bank.add("east", -30);
        bank.add("west", 30);
        bank.transaction().setRollbackOnly();
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);

        assertThat(bank.balances()).containsExactly(1000L, 1000L, 1000L);
        assertThat(Path.of("transaction-logs"))
                .as("the transaction manager found nothing to log")
                .doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"east", "west"})
    void aSwallowedErrorRollsBackEverywhereAndTheCallerIsTold(String failing) throws Exception {
        bank.transaction().begin();
        bank.add("east", 10);
        bank.add("west", 10);
        assertThatThrownBy(() -> bank.add(failing, -5000)).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);

        assertThat(bank.balances()).containsExactly(1000L, 1000L, 1000L);
    }

    @Test
    void anErrorThatASavepointHealedIsNoReasonToRollBack() throws Exception {
        bank.transaction().begin();
        bank.add("east", 10);
        bank.add("west", 10);
        bank.execute("west", "savepoint before");
        assertThatThrownBy(() -> bank.add("west", -5000)).isInstanceOf(SQLException.class);
        bank.execute("west", "rollback to savepoint before");
        bank.transaction().commit();

        assertThat(bank.balances()).containsExactly(1010L, 1010L, 1000L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"east", "west"})
    void aDeferredConstraintThatFailsAtTheEndRollsBackEverywhere(String first) throws Exception {
        bank.transaction().begin();
        // The first writer is the home: its constraint fails at COMMIT, another's at PREPARE.
        bank.add(first, 10);
        bank.execute("east", "insert into child values (99)");
        bank.add("west", 10);
        assertThatThrownBy(() -> bank.transaction().commit())
                .isInstanceOf(RollbackException.class)
                .hasStackTraceContaining("child");

        assertThat(bank.balances()).containsExactly(1000L, 1000L, 1000L);
        assertThat(east.queryForLong("select count(*) from child")).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create temp table t (a int)",
                "notify news",
                "declare c cursor with hold for select 1",
                "select pg_export_snapshot()"
            })
    void whatCannotBePreparedRollsBackEverywhereAndTheMessageNamesTheCause(String sql) throws Exception {
        bank.transaction().begin();
        bank.add("east", 10);
        bank.add("west", 10);
        bank.execute("west", sql);
        assertThatThrownBy(() -> bank.transaction().commit())
                .isInstanceOf(RollbackException.class)
                .hasStackTraceContaining("PREPARE");

        assertThat(bank.balances()).containsExactly(1000L, 1000L, 1000L);
    }

    @Test
    void aSuspendedTransactionIsNotTouchedByTheOneInBetween() throws Exception {
        bank.transaction().begin();
        bank.add("east", -100);
        Transaction outer = bank.xa.transactionManager().suspend();
        bank.transaction().begin();
        bank.add("west", 1);
        bank.add("north", 1);
        bank.transaction().commit();
        bank.xa.transactionManager().resume(outer);
        bank.add("west", 100);
        bank.transaction().rollback();

        assertThat(bank.balances()).containsExactly(1000L, 1001L, 1001L);
    }

    @Test
    void aRoleThatTheApplicationTookOnDoesNotOwnThePreparedBranch(PostgresNode west) throws Exception {
        for (PostgresNode node : new PostgresNode[] {east, west}) {
            node.execute("create role teller", "grant all on account to teller");
        }
        bank.transaction().begin();
        bank.execute("east", "set local role teller");
        bank.execute("west", "set local role teller");
        bank.add("east", -1);
        bank.add("west", 1);
        bank.transaction().commit();

        assertThat(bank.balances()).containsExactly(999L, 1001L, 1000L);
    }

    @Test
    void aHomeWhoseAnswersOnlyLookedLikeWritesIsRolledBack(PostgresNode west) throws Exception {
        // Both branches report "1 row". The first does so through a trigger that does nothing: it owns no
        // transaction id, so it cannot decide.
        east.execute(
                "create view nothing as select 1 as a",
                "create function ignore() returns trigger language plpgsql as 'begin return new; end'",
                "create trigger t instead of insert on nothing for each row execute function ignore()");
        bank.transaction().begin();
        bank.execute("east", "insert into nothing values (1)");
        bank.add("west", 10);
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);

        assertThat(bank.balances()).containsExactly(1000L, 1000L, 1000L);
    }
}
