package io.github.postgresxa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.RollbackException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@PostgresNodes({"east", "west"})
class TransferIT {

    private final PostgresNode east;
    private final PostgresNode west;
    private final PostgresXa xa;

    TransferIT(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        this.xa = PostgresXa.builder()
                .name("transfer")
                .node("east", east.jdbcUrl(), east.username(), east.password())
                .node("west", west.jdbcUrl(), west.username(), west.password())
                .build();
    }

    @BeforeEach
    void accounts() {
        for (PostgresNode node : new PostgresNode[] {east, west}) {
            node.execute(
                    "create table if not exists account (id int primary key, balance bigint not null check (balance >= 0))",
                    "truncate account",
                    "insert into account values (1, 1000)");
        }
    }

    @AfterEach
    void close() {
        xa.close();
    }

    private void add(String node, long amount) throws SQLException {
        try (Connection c = xa.dataSource(node).getConnection();
                Statement s = c.createStatement()) {
            s.executeUpdate("update account set balance = balance + " + amount + " where id = 1");
        }
    }

    private long balance(PostgresNode node) {
        return node.count("select balance from account where id = 1");
    }

    @Test
    void bothNodesKeepACommittedTransfer() throws Exception {
        xa.userTransaction().begin();
        add("east", -25);
        add("west", 25);
        TransactionId id = xa.currentTransaction().orElseThrow();
        xa.userTransaction().commit();

        assertThat(balance(east)).isEqualTo(975);
        assertThat(balance(west)).isEqualTo(1025);
        assertThat(east.preparedTransactions()).isEmpty();
        assertThat(west.preparedTransactions()).isEmpty();
        assertThat(xa.outcome(id)).isEqualTo(Outcome.COMMITTED);
    }

    @Test
    void neitherNodeKeepsATransferThatWasRolledBack() throws Exception {
        xa.userTransaction().begin();
        add("east", -25);
        add("west", 25);
        xa.userTransaction().rollback();

        assertThat(balance(east)).isEqualTo(1000);
        assertThat(balance(west)).isEqualTo(1000);
    }

    @Test
    void aSwallowedErrorRollsBackEverywhereAndTheCallerIsTold() throws Exception {
        xa.userTransaction().begin();
        add("east", 25);
        assertThatThrownBy(() -> add("west", -2000)).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> xa.userTransaction().commit()).isInstanceOf(RollbackException.class);

        assertThat(balance(east)).isEqualTo(1000);
        assertThat(balance(west)).isEqualTo(1000);
    }
}
