package io.github.postgresxa.reliability.matrix;

import io.github.postgresxa.test.PostgresNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the nodes directly: balances, ledger, decisions, and what is left over. */
final class NodeInspection implements AutoCloseable {

    static final long BALANCE = 1_000_000;

    private static final int ANSWER_LIMIT_MILLIS = 5_000;

    /** Read in one snapshot of each node. */
    private static final String LOOK = """
            select (select sum(balance) from account),
                   (select count(*) from pg_prepared_xacts where gid like 'pgxa/%'),
                   (select count(*) from pg_locks where pid is null),
                   (select count(*) from ledger where transfer = ?),
                   (select string_agg(outcome, '') from pgxa.decision where gtrid = ?)
            """;

    private static final UUID NO_TRANSACTION = new UUID(0, 0);

    private final List<PostgresNode> nodes;
    private final Map<String, Connection> connections = new HashMap<>();

    NodeInspection(List<PostgresNode> nodes) {
        this.nodes = nodes;
    }

    /**
     * What one node shows.
     *
     * @param balance the sum over its accounts
     * @param prepared branches of ours that are prepared
     * @param locks locks of prepared transactions
     * @param legs rows of the transfer in the ledger
     * @param row the transaction's decision there, empty if there is none
     */
    record Page(long balance, long prepared, long locks, long legs, String row) {}

    /** Creates accounts and ledger. */
    void open() {
        for (PostgresNode node : nodes) {
            node.execute(
                    "create table account (id int primary key, balance bigint not null check (balance >= 0))",
                    "insert into account select i, %d from generate_series(1, %d) i"
                            .formatted(BALANCE, Transfer.ACCOUNTS),
                    "create table ledger (transfer uuid, leg int, account int, amount bigint,"
                            + " primary key (transfer, leg))",
                    "create table orphan (account int references account deferrable initially deferred)");
        }
    }

    long total() {
        return nodes.size() * Transfer.ACCOUNTS * BALANCE;
    }

    /** {@return each node's page; empty as long as one of them does not answer} */
    Map<String, Page> pages(UUID transfer, @Nullable UUID transaction) {
        Map<String, Page> pages = new LinkedHashMap<>();
        for (PostgresNode node : nodes) {
            try {
                pages.put(node.name(), page(node, transfer, transaction == null ? NO_TRANSACTION : transaction));
            } catch (SQLException e) {
                forget(node);
                return Map.of();
            }
        }
        return pages;
    }

    private Page page(PostgresNode node, UUID transfer, UUID transaction) throws SQLException {
        try (PreparedStatement statement = connection(node).prepareStatement(LOOK)) {
            statement.setObject(1, transfer);
            statement.setObject(2, transaction);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                String decision = row.getString(5);
                return new Page(
                        row.getLong(1),
                        row.getLong(2),
                        row.getLong(3),
                        row.getLong(4),
                        decision == null ? "" : decision);
            }
        }
    }

    /**
     * {@return whether nothing of ours is prepared on any node, no lock of a prepared transaction is left, and every
     * account is free}
     */
    boolean isClean() {
        Map<String, Page> pages = pages(NO_TRANSACTION, null);
        return !pages.isEmpty()
                && pages.values().stream().allMatch(p -> p.prepared() == 0 && p.locks() == 0)
                && everyAccountIsFree();
    }

    private boolean everyAccountIsFree() {
        for (PostgresNode node : nodes) {
            try (Statement statement = connection(node).createStatement()) {
                statement.execute("select 1 from account for update nowait");
            } catch (SQLException e) {
                if (!"55P03".equals(e.getSQLState())) {
                    forget(node);
                }
                return false;
            }
        }
        return true;
    }

    /** {@return the number of decisions on all nodes; -1 if one does not answer} */
    long decisions() {
        long count = 0;
        for (PostgresNode node : nodes) {
            try (Statement statement = connection(node).createStatement();
                    ResultSet row = statement.executeQuery("select count(*) from pgxa.decision")) {
                row.next();
                count += row.getLong(1);
            } catch (SQLException e) {
                forget(node);
                return -1;
            }
        }
        return count;
    }

    private Connection connection(PostgresNode node) throws SQLException {
        Connection open = connections.get(node.name());
        if (open == null) {
            open = node.connect();
            open.setNetworkTimeout(Runnable::run, ANSWER_LIMIT_MILLIS);
            connections.put(node.name(), open);
        }
        return open;
    }

    private void forget(PostgresNode node) {
        Connection broken = connections.remove(node.name());
        if (broken != null) {
            try {
                broken.abort(Runnable::run);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Undoes what a scenario that ended badly has left. */
    void startOver() {
        for (PostgresNode node : nodes) {
            forget(node);
            node.preparedTransactions().stream()
                    .filter(p -> p.gid().startsWith("pgxa/"))
                    .forEach(p -> node.execute("rollback prepared '%s'".formatted(p.gid())));
            node.execute("update account set balance = " + BALANCE, "truncate ledger, pgxa.decision");
        }
    }

    @Override
    public void close() {
        nodes.forEach(this::forget);
    }
}
