package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Synchronization;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Blob;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The server refuses a statement, or the driver alone fails, and the application goes on. The rest must not be
 * committed without it.
 */
@PostgresNodes({"east", "west"})
class SwallowedRefusalIT {

    private static final String UPDATE = "update account set balance = balance + 100 where id = 1";

    private Bank bank;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        bank = Bank.open(east, west);
        west.execute("create table if not exists note (id int primary key, data oid)");
    }

    @AfterEach
    void close() {
        bank.close();
        assertThat(bank.prepared()).isZero();
    }

    private void assertRolledBackEverywhere(String why) {
        assertThatThrownBy(() -> bank.transaction().commit())
                .isInstanceOf(RollbackException.class)
                .hasMessageContaining("node 'west': " + why);
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rollback", "ROLLBACK WORK", "abort", "/**/ rollback and chain", UPDATE + "; rollback"})
    void aRollbackAsTextRollsBackEverywhere(String text) throws Exception {
        bank.transaction().begin();
        bank.add("east", -100);
        bank.add("west", 100);
        assertThatThrownBy(() -> bank.execute("west", text)).hasMessageContaining("JTA transaction");
        assertRolledBackEverywhere("the application asked for a rollback");
    }

    @ParameterizedTest
    @ValueSource(strings = {UPDATE + "; commit", "begin; " + UPDATE + "; end", "commit; " + UPDATE})
    void workThatIsRefusedTogetherWithACommitRollsBackEverywhere(String text) throws Exception {
        bank.transaction().begin();
        bank.add("east", -100);
        assertThatThrownBy(() -> bank.execute("west", text)).hasMessageContaining("JTA transaction");
        assertRolledBackEverywhere("a statement failed in the driver");
    }

    @Test
    void aRollbackOfAClosedConnectionRollsBackEverywhere() throws Exception {
        bank.transaction().begin();
        bank.add("east", -100);
        Connection c = bank.connection("west");
        c.createStatement().executeUpdate(UPDATE);
        c.close();
        assertThatThrownBy(c::rollback).hasMessageContaining("closed");
        assertRolledBackEverywhere("the application asked for a rollback");
    }

    @ParameterizedTest
    @EnumSource(FailsInTheDriver.class)
    void whatTheDriverRefusesAloneRollsBackEverywhere(FailsInTheDriver call) throws Exception {
        bank.transaction().begin();
        bank.add("east", -100);
        Connection c = bank.connection("west");
        assertThatThrownBy(() -> call.on(c)).isInstanceOf(SQLException.class);
        assertRolledBackEverywhere("");
    }

    private enum FailsInTheDriver {
        ROLLBACK_TO_A_RELEASED_SAVEPOINT {
            @Override
            void on(Connection c) throws SQLException {
                Savepoint before = c.setSavepoint();
                c.createStatement().executeUpdate(UPDATE);
                c.releaseSavepoint(before);
                c.rollback(before);
            }
        },
        A_STATEMENT_ON_A_CLOSED_CONNECTION {
            @Override
            void on(Connection c) throws SQLException {
                c.close();
                c.createStatement();
            }
        },
        A_ROW_THAT_IS_NOT_UPDATED {
            @Override
            void on(Connection c) throws SQLException {
                ResultSet account = updatable(c);
                account.updateLong("balance", 1100);
                account.moveToInsertRow();
                account.updateRow();
            }
        },
        A_ROW_THAT_IS_NOT_INSERTED {
            @Override
            void on(Connection c) throws SQLException {
                updatable(c).insertRow();
            }
        },
        A_COLUMN_THAT_IS_NOT_UPDATED {
            @Override
            void on(Connection c) throws SQLException {
                updatable(c).updateLong("ballance", 1100);
            }
        },
        AN_ENTRY_OF_A_BATCH {
            @Override
            void on(Connection c) throws SQLException {
                PreparedStatement p = c.prepareStatement(UPDATE);
                p.addBatch("update account set balance = 0 where id = 1");
            }
        },
        A_LARGE_OBJECT_THAT_IS_NOT_WRITTEN {
            @Override
            void on(Connection c) throws SQLException {
                ResultSet created = c.createStatement().executeQuery("select lo_creat(-1)");
                created.next();
                Blob blob = created.getBlob(1);
                blob.setBytes(0, new byte[1]);
            }
        };

        private static ResultSet updatable(Connection c) throws SQLException {
            Statement s = c.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
            ResultSet account = s.executeQuery("select id, balance from account where id = 1");
            account.next();
            return account;
        }

        abstract void on(Connection c) throws SQLException;
    }

    /** The driver returns to its own savepoint, and the server's transaction is in order. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRollbackToNoSavepointRollsBackEverywhereWithAutosave(boolean batch, PostgresNode east, PostgresNode west)
            throws Exception {
        try (PostgresXa xa = PostgresXa.builder()
                .home("first-used")
                .name("autosave")
                .node("east", east.jdbcUrl(), east.username(), east.password())
                .node("west", west.jdbcUrl() + "?autosave=always", west.username(), west.password())
                .build()) {
            xa.userTransaction().begin();
            try (Connection c = xa.dataSource("west").getConnection();
                    Statement s = c.createStatement()) {
                s.executeUpdate(UPDATE);
                assertThatThrownBy(() -> {
                            if (batch) {
                                s.addBatch("rollback to savepoint nowhere");
                                s.executeBatch();
                            } else {
                                s.execute("rollback to savepoint nowhere");
                            }
                        })
                        .isInstanceOf(SQLException.class);
            }
            assertThatThrownBy(() -> xa.userTransaction().commit()).isInstanceOf(RollbackException.class);
        }
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    @Test
    void aRowThatIsUpdatedIsCommitted() throws Exception {
        bank.transaction().begin();
        bank.add("east", -100);
        try (Connection c = bank.connection("west")) {
            ResultSet account = FailsInTheDriver.updatable(c);
            account.updateLong("balance", account.getLong("balance") + 100);
            account.updateRow();
        }
        bank.transaction().commit();
        assertThat(bank.balances()).containsExactly(900L, 1100L);
    }

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void causesInACircleEndInARollback() throws Exception {
        bank.transaction().begin();
        bank.add("east", -100);
        RuntimeException circle = circle();
        bank.xa.transactionManager().getTransaction().registerSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {
                throw circle;
            }

            @Override
            public void afterCompletion(int status) {}
        });
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aStreamThatBreaksWithCausesInACircleEndsInARollback() throws Exception {
        bank.transaction().begin();
        bank.add("east", -100);
        RuntimeException circle = circle();
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the stream broke", circle);
            }
        };
        try (Connection c = bank.connection("west");
                PreparedStatement p = c.prepareStatement(UPDATE + " and ?::bytea is not null")) {
            p.setBinaryStream(1, broken, 100);
            assertThatThrownBy(p::executeUpdate).isInstanceOf(SQLException.class);
        }
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    private static RuntimeException circle() {
        Exception one = new IllegalStateException("one");
        RuntimeException two = new IllegalStateException("two", one);
        one.initCause(two);
        one.addSuppressed(two);
        two.addSuppressed(one);
        return two;
    }
}
