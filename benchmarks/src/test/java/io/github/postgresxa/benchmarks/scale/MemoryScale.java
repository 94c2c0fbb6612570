package io.github.postgresxa.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.PoolSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.Transaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Many transactions are open at once, each with a branch on two nodes. Measures how much heap one of them needs, and
 * its connections.
 */
@Part("memory")
@PostgresNodes(
        value = {"east", "west"},
        settings = {"max_connections=600", "max_prepared_transactions=600"})
class MemoryScale {

    private static final int OPEN = 400;
    private static final int ROUNDS = 5;

    private final List<Double> perTransaction = new ArrayList<>();
    private final List<Double> perConnection = new ArrayList<>();

    @Test
    void anOpenTransactionHoldsLittle(PostgresNode east, PostgresNode west) throws Exception {
        for (PostgresNode node : List.of(east, west)) {
            node.execute("create table note (a int)");
        }
        for (int round = 0; round <= ROUNDS; round++) {
            round(round > 0, east, west);
        }
        Page.MEMORY.write(true, """
                %s

                %d transactions are open at once, each with a branch on two nodes that has written a row. Heap in use
                after a collection, differences divided by their number; median of %d rounds.

                | what | in the heap |
                |---|---|
                | one open transaction with two branches: everything of it, the transaction manager's part too, \
                without connections | **%s KB** |
                | one connection in a pool: the driver's and the pool's | %s KB |
                """.formatted(
                        Machine.circumstances(east),
                        OPEN,
                        ROUNDS,
                        Figures.one(Figures.median(perTransaction) / 1e3),
                        Figures.one(Figures.median(perConnection) / 1e3)));
    }

    private void round(boolean counts, PostgresNode... nodes) throws Exception {
        PoolSettings pool = PoolSettings.DEFAULT.withMaxSize(OPEN);
        PostgresXa.Builder builder =
                PostgresXa.builder().transactionManager(ManagerKind.ATOMIKOS).name("scale");
        for (PostgresNode node : nodes) {
            builder.node(new NodeSettings(node.name(), node.jdbcUrl(), node.username(), node.password(), pool, null));
        }
        try (PostgresXa xa = builder.build()) {
            double empty = Heap.used();
            connectAll(xa, nodes);
            double connected = Heap.used();
            List<Transaction> open = new ArrayList<>();
            for (int i = 0; i < OPEN; i++) {
                open.add(begin(xa, nodes));
            }
            double all = Heap.used();
            assertThat(xa.activeTransactionCount()).isEqualTo(OPEN);
            for (Transaction transaction : open) {
                xa.transactionManager().resume(transaction);
                xa.transactionManager().rollback();
            }
            if (counts) {
                perConnection.add((connected - empty) / OPEN / nodes.length);
                perTransaction.add((all - connected) / OPEN);
            }
        }
    }

    /** The pools keep the connections that were open at once. */
    private static void connectAll(PostgresXa xa, PostgresNode... nodes) throws SQLException {
        List<Connection> connections = new ArrayList<>();
        for (PostgresNode node : nodes) {
            for (int i = 0; i < OPEN; i++) {
                Connection c = xa.dataSource(node.name()).getConnection();
                connections.add(c);
                try (Statement s = c.createStatement()) {
                    s.executeUpdate("insert into note values (1)");
                }
            }
        }
        for (Connection c : connections) {
            c.close();
        }
    }

    private static Transaction begin(PostgresXa xa, PostgresNode... nodes) throws Exception {
        xa.transactionManager().begin();
        for (PostgresNode node : nodes) {
            try (Connection c = xa.dataSource(node.name()).getConnection();
                    Statement s = c.createStatement()) {
                s.executeUpdate("insert into note values (1)");
            }
        }
        return xa.transactionManager().suspend();
    }
}
