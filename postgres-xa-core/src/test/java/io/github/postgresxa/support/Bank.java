package io.github.postgresxa.support;

import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.test.PostgresNode;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Accounts on several nodes, and one {@link PostgresXa} over them. Each node begins with 1,000 on account 1. */
public final class Bank implements AutoCloseable {

    public static final RecoverySettings FAST =
            new RecoverySettings(true, Duration.ofMillis(200), Duration.ofMillis(600));

    public final PostgresXa xa;
    private final List<PostgresNode> nodes;

    private Bank(PostgresXa xa, List<PostgresNode> nodes) {
        this.xa = xa;
        this.nodes = nodes;
    }

    public static Bank open(PostgresNode... nodes) {
        return open(b -> b, nodes);
    }

    public static Bank open(UnaryOperator<PostgresXa.Builder> settings, PostgresNode... nodes) {
        createAccounts(nodes);
        return new Bank(settings.apply(builder(nodes)).build(), List.of(nodes));
    }

    public static void createAccounts(PostgresNode... nodes) {
        for (PostgresNode node : nodes) {
            node.execute(
                    // A failed test must not block the next one for ever with what it has left prepared.
                    "set lock_timeout = '20s'",
                    // ever.
                    "create table if not exists account (id int primary key,"
                            + " balance bigint not null check (balance >= 0))",
                    "insert into account values (1, 1000) on conflict (id) do update set balance = 1000");
        }
    }

    /** Leaves what a coordinator leaves that dies before its decision: 10 more in an account, prepared. */
    public static void leavePrepared(TransactionId id, int account, PostgresNode home, PostgresNode node)
            throws SQLException {
        try (Connection c = node.connect();
                Statement s = c.createStatement()) {
            c.setAutoCommit(false);
            s.execute("update account set balance = balance + 10 where id = " + account);
            s.execute("prepare transaction 'pgxa/1/%s/%s/%s'".formatted(id, identity(home), identity(node)));
        }
    }

    public static String identity(PostgresNode node) {
        return node.queryForString("select identity from pgxa.node");
    }

    /** {@return the server's system identifier and timeline, as decisions name them} */
    public static String incarnation(PostgresNode node) {
        return node.queryForString("select (select system_identifier from pg_control_system()) || ':'"
                + " || left(pg_walfile_name(pg_current_wal_lsn()), 8)");
    }

    /** {@return how a node is reached} */
    public static NodeSettings settings(PostgresNode node) {
        return new NodeSettings(node.name(), node.jdbcUrl(), node.username(), node.password());
    }

    /** Over nodes that have their accounts already. */
    public static Bank over(PostgresXa xa, List<PostgresNode> nodes) {
        return new Bank(xa, nodes);
    }

    /** The home is the node that is used first, however long the servers of this machine take. */
    public static PostgresXa.Builder builder(PostgresNode... nodes) {
        PostgresXa.Builder builder =
                PostgresXa.builder().name("bank").home("first-used").recovery(FAST);
        for (PostgresNode node : nodes) {
            builder.node(node.name(), node.jdbcUrl(), node.username(), node.password());
        }
        return builder;
    }

    public UserTransaction transaction() {
        return xa.userTransaction();
    }

    public Connection connection(String node) throws SQLException {
        return xa.dataSource(node).getConnection();
    }

    public void add(String node, long amount) throws SQLException {
        execute(node, "update account set balance = balance + " + amount + " where id = 1");
    }

    public long read(String node) throws SQLException {
        try (Connection c = connection(node);
                Statement s = c.createStatement();
                ResultSet rows = s.executeQuery("select balance from account where id = 1")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    public void execute(String node, String sql) throws SQLException {
        try (Connection c = connection(node);
                Statement s = c.createStatement()) {
            s.execute(sql);
        }
    }

    /** What each node holds, in the order in which the nodes were given. */
    public List<Long> balances() {
        return balances(nodes.toArray(PostgresNode[]::new));
    }

    public static List<Long> balances(PostgresNode... nodes) {
        return Stream.of(nodes)
                .map(n -> n.queryForLong("select balance from account where id = 1"))
                .toList();
    }

    public long balancesOf(String node) {
        return nodes.stream()
                .filter(n -> n.name().equals(node))
                .mapToLong(n -> n.queryForLong("select balance from account where id = 1"))
                .sum();
    }

    public long prepared() {
        return nodes.stream().mapToLong(n -> n.preparedTransactions().size()).sum();
    }

    @Override
    public void close() {
        xa.close();
    }
}
