package io.github.postgresxa.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.RollbackException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.core.BaseConnection;

@PostgresNodes({"east", "west"})
class ConnectionIT {

    private static final String UPDATE = "update account set balance = balance + 1 where id = 1";

    private Bank bank;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        bank = Bank.open(east, west);
    }

    @AfterEach
    void close() {
        bank.close();
    }

    private static int backend(Connection connection) throws SQLException {
        try (Statement s = connection.createStatement();
                ResultSet r = s.executeQuery("select pg_backend_pid()")) {
            r.next();
            return r.getInt(1);
        }
    }

    @Nested
    class InsideATransaction {

        @Test
        void twoConnectionsToANodeAreOneBranch() throws Exception {
            bank.transaction().begin();
            try (Connection first = bank.connection("east")) {
                first.createStatement().executeUpdate(UPDATE);
                try (Connection second = bank.connection("east")) {
                    assertThat(backend(second)).isEqualTo(backend(first));
                }
            }
            assertThat(bank.read("east")).isEqualTo(1001);
            assertThat(bank.xa.pool("east").active()).isEqualTo(1);
            bank.transaction().rollback();
            assertThat(bank.balances()).containsExactly(1000L, 1000L);
        }

        @Test
        void aConnectionIsNotInAutoCommitMode() throws Exception {
            bank.transaction().begin();
            try (Connection c = bank.connection("east")) {
                assertThat(c.getAutoCommit()).isFalse();
                c.setAutoCommit(false);
                assertThatThrownBy(() -> c.setAutoCommit(true)).hasMessageContaining("JTA transaction");
                assertThatThrownBy(c::commit).hasMessageContaining("JTA transaction");
                assertThatThrownBy(c::rollback).hasMessageContaining("JTA transaction");
            }
            bank.transaction().rollback();
        }

        @ParameterizedTest
        @ValueSource(strings = {"commit", "/**/ end;", "begin"})
        void sqlTextThatWouldEndItIsRefusedAndHarmsNothing(String sql) throws Exception {
            bank.transaction().begin();
            bank.add("east", -5);
            assertThatThrownBy(() -> bank.execute("east", sql)).hasMessageContaining("JTA transaction");
            try (Connection c = bank.connection("east")) {
                assertThatThrownBy(() -> c.prepareStatement(sql)).hasMessageContaining("JTA transaction");
            }
            bank.add("west", 5);
            bank.transaction().commit();
            assertThat(bank.balances()).containsExactly(995L, 1005L);
        }

        @Test
        void aCommitThatSlippedPastIsDetectedAndNothingElseIsCommitted() throws Exception {
            bank.transaction().begin();
            bank.add("west", 5);
            try (Connection c = bank.connection("east")) {
                c.createStatement().executeUpdate(UPDATE);
                c.unwrap(BaseConnection.class).execSQLUpdate("commit");
                assertThatThrownBy(() -> c.createStatement().executeUpdate(UPDATE))
                        .isInstanceOf(SQLException.class);
            }
            assertThatThrownBy(() -> bank.transaction().commit())
                    .isInstanceOf(RollbackException.class)
                    .hasStackTraceContaining("a statement of the application ended its transaction");
            assertThat(bank.balances()).containsExactly(1001L, 1000L);
        }

        @Test
        void savepointsWork() throws Exception {
            bank.transaction().begin();
            try (Connection c = bank.connection("east")) {
                Savepoint savepoint = c.setSavepoint();
                c.createStatement().executeUpdate(UPDATE);
                c.rollback(savepoint);
            }
            bank.add("west", 1);
            bank.transaction().commit();
            assertThat(bank.balances()).containsExactly(1000L, 1001L);
        }

        @Test
        void closingTheConnectionClosesItsStatementsAndKeepsTheBranch() throws Exception {
            bank.transaction().begin();
            Connection c = bank.connection("east");
            Statement s = c.createStatement();
            s.executeUpdate(UPDATE);
            c.close();
            assertThat(c.isClosed()).isTrue();
            assertThat(s.isClosed()).isTrue();
            bank.transaction().commit();
            assertThat(bank.balances()).containsExactly(1001L, 1000L);
        }
    }

    @Nested
    class AfterTheTransaction {

        @Test
        void aConnectionIsFencedAndSaysWhy() throws Exception {
            bank.transaction().begin();
            Connection c = bank.connection("east");
            Statement s = c.createStatement();
            PreparedStatement p = c.prepareStatement(UPDATE);
            s.executeUpdate(UPDATE);
            String id = bank.xa.currentTransaction().orElseThrow().toString();
            bank.transaction().commit();

            assertThatThrownBy(() -> s.executeUpdate(UPDATE))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining(id);
            assertThatThrownBy(p::executeUpdate).isInstanceOf(SQLException.class);
            assertThatThrownBy(c::createStatement)
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining(id);
            assertThatThrownBy(() -> c.unwrap(PGConnection.class)).isInstanceOf(SQLException.class);
            assertThat(bank.balances()).containsExactly(1001L, 1000L);
        }

        @Test
        void theSessionServesTheNextOneInAutoCommitMode() throws Exception {
            int before;
            bank.transaction().begin();
            try (Connection c = bank.connection("east")) {
                c.createStatement().executeUpdate(UPDATE);
                before = backend(c);
            }
            bank.transaction().commit();
            try (Connection c = bank.connection("east")) {
                assertThat(backend(c)).isEqualTo(before);
                assertThat(c.getAutoCommit()).isTrue();
                assertThat(c.isReadOnly()).isFalse();
            }
            assertThat(bank.xa.pool("east").active()).isZero();
        }
    }

    @Nested
    class OutsideATransaction {

        @Test
        void aConnectionIsAnOrdinaryOne() throws Exception {
            try (Connection c = bank.connection("east")) {
                assertThat(c.getAutoCommit()).isTrue();
                c.createStatement().executeUpdate(UPDATE);
                assertThat(bank.balances()).containsExactly(1001L, 1000L);
                c.setAutoCommit(false);
                c.createStatement().executeUpdate(UPDATE);
                c.rollback();
                c.createStatement().executeUpdate(UPDATE);
                c.commit();
            }
            assertThat(bank.balances()).containsExactly(1002L, 1000L);
        }

        @Test
        void whatWasLeftOpenIsNotCommittedWhenTheConnectionIsClosed() throws Exception {
            try (Connection c = bank.connection("east")) {
                c.setAutoCommit(false);
                c.createStatement().executeUpdate(UPDATE);
            }
            assertThat(bank.balances()).containsExactly(1000L, 1000L);
        }

        @Test
        void aConnectionFromBeforeATransactionCannotBeUsedInsideIt() throws Exception {
            try (Connection early = bank.connection("east")) {
                bank.transaction().begin();
                assertThatThrownBy(() -> early.createStatement().executeUpdate(UPDATE))
                        .isInstanceOf(SQLException.class);
                bank.transaction().rollback();
            }
            assertThat(bank.balances()).containsExactly(1000L, 1000L);
        }
    }
}
