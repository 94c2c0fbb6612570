package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.RollbackException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every branch begins as READ ONLY, so the vote and the end take one round trip. The branch may have written
 * anyway.
 */
@PostgresNodes({"east", "west"})
class ReadOnlyIT {

    private Bank bank;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) throws SQLException {
        bank = Bank.open(east, west);
        for (PostgresNode node : new PostgresNode[] {east, west}) {
            node.execute("create or replace function quietly(amount bigint) returns void language sql"
                    + " as 'update account set balance = balance + amount where id = 1'");
        }
    }

    @AfterEach
    void close() {
        bank.close();
    }

    private void begin() throws Exception {
        bank.transaction().begin();
        for (String node : new String[] {"east", "west"}) {
            try (Connection c = bank.connection(node)) {
                c.setReadOnly(true);
            }
        }
    }

    @Test
    void whatItReadIsCommittedAndTheSessionsAreFreeAgain() throws Exception {
        // More often than the pool has connections.
        for (int i = 0; i < 25; i++) {
            begin();
            assertThat(bank.read("east") + bank.read("west")).isEqualTo(2000);
            bank.transaction().commit();
        }
        bank.transaction().begin();
        bank.add("east", -1);
        bank.add("west", 1);
        bank.transaction().commit();
        assertThat(bank.balances()).containsExactly(999L, 1001L);
    }

    @Test
    void aWriteThatTheServerRefusesRollsBack() throws Exception {
        begin();
        bank.read("east");
        assertThatThrownBy(() -> bank.add("west", 1)).hasMessageContaining("read-only transaction");
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    @Test
    void twoBranchesThatWereMadeWritableAndWroteUnseenAreOneWhole(PostgresNode east) throws Exception {
        begin();
        for (String node : new String[] {"east", "west"}) {
            bank.execute(node, "set transaction read write");
            bank.execute(node, "select quietly(" + (node.equals("east") ? -7 : 7) + ")");
        }
        long decisions = east.queryForLong("select count(*) from pgxa.decision where outcome = 'C'");
        bank.transaction().commit();
        assertThat(bank.balances()).containsExactly(993L, 1007L);
        assertThat(east.queryForLong("select count(*) from pgxa.decision where outcome = 'C'"))
                .isEqualTo(decisions + 1);
    }

    @Test
    void oneBranchThatWroteIntoATemporaryTableKeepsItsRow() throws Exception {
        begin();
        bank.execute("east", "set transaction read write");
        bank.execute("east", "create temporary table note (text text)");
        bank.execute("east", "set transaction read only");
        bank.execute("east", "insert into note values ('kept')");
        bank.read("west");
        bank.transaction().commit();
        // The pool hands out the same session again.
        try (Connection c = bank.connection("east");
                Statement s = c.createStatement();
                ResultSet rows = s.executeQuery("select text from note")) {
            assertThat(rows.next()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ignore", "transaction", "always"})
    void whateverTheDriverMakesOfReadOnlyReadingIsNoReasonToRollBack(String mode, PostgresNode east, PostgresNode west)
            throws Exception {
        bank.close();
        PostgresXa.Builder builder =
                PostgresXa.builder().home("first-used").name("bank").recovery(Bank.FAST);
        for (PostgresNode node : List.of(east, west)) {
            builder.node(node.name(), node.jdbcUrl() + "?readOnlyMode=" + mode, node.username(), node.password());
        }
        bank = Bank.over(builder.build(), List.of(east, west));
        for (int i = 0; i < 3; i++) {
            begin();
            assertThat(bank.read("east") + bank.read("west")).isEqualTo(2000);
            bank.transaction().commit();
        }
    }

    @Test
    void branchesThatWereMadeWritableAndWroteNothingAreReaders() throws Exception {
        for (int isolation : new int[] {Connection.TRANSACTION_READ_COMMITTED, Connection.TRANSACTION_SERIALIZABLE}) {
            begin();
            for (String node : new String[] {"east", "west"}) {
                try (Connection c = bank.connection(node)) {
                    c.setTransactionIsolation(isolation);
                }
                bank.execute(node, "set transaction read write");
                bank.read(node);
            }
            bank.transaction().commit();
            begin();
            bank.execute("east", "set transaction read write");
            assertThat(bank.read("east") + bank.read("west")).isEqualTo(2000);
            bank.transaction().commit();
        }
    }

    @Test
    void oneThatWroteAndOneThatOnlyCouldHaveAreNoTwoWriters(PostgresNode west) throws Exception {
        begin();
        for (String node : new String[] {"east", "west"}) {
            bank.execute(node, "set transaction read write");
            bank.read(node);
        }
        bank.execute("west", "select quietly(5)");
        long decisions = west.queryForLong("select count(*) from pgxa.decision");
        bank.transaction().commit();
        assertThat(bank.balances()).containsExactly(1000L, 1005L);
        assertThat(west.queryForLong("select count(*) from pgxa.decision")).isEqualTo(decisions);
    }

    @Test
    void aHomeThatShowedRowsAndWroteNoneIsNamedWithTheReason(PostgresNode east) throws Exception {
        east.execute(
                "create or replace view showroom as select 1 as id",
                "create or replace function nothing() returns trigger language plpgsql as 'begin return new; end'",
                "create or replace trigger nothing instead of update on showroom"
                        + " for each row execute function nothing()");
        bank.transaction().begin();
        bank.execute("east", "update showroom set id = 2");
        bank.add("west", 1);
        assertThatThrownBy(() -> bank.transaction().commit())
                .isInstanceOf(RollbackException.class)
                .hasStackTraceContaining("node 'east' reported written rows, but assigned its transaction no ID");
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
        assertThat(bank.prepared()).isZero();
    }
}
