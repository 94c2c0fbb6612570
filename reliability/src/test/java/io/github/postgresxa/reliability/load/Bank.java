package io.github.postgresxa.reliability.load;

import io.github.postgresxa.test.PostgresNode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The money on all nodes, read from the servers themselves. */
public final class Bank {

    static final int ACCOUNTS = 64;
    static final int START = 1_000;

    private final List<PostgresNode> nodes;

    private Bank(List<PostgresNode> nodes) {
        this.nodes = List.copyOf(nodes);
    }

    /** Creates the accounts on empty nodes. */
    public static Bank open(List<PostgresNode> nodes) {
        for (PostgresNode node : nodes) {
            node.execute(
                    "create table account (id int primary key, balance bigint not null check (balance >= 0))",
                    "create table ledger (transfer_id uuid, leg int, account int not null, amount bigint not null,"
                            + " primary key (transfer_id, leg))",
                    "insert into account select i, %d from generate_series(1, %d) i".formatted(START, ACCOUNTS));
        }
        return new Bank(nodes);
    }

    /** {@return the nodes that keep the money} */
    public List<PostgresNode> nodes() {
        return nodes;
    }

    /** {@return the total of all money, which never changes} */
    public long total() {
        return (long) ACCOUNTS * START * nodes.size();
    }

    long money() {
        return nodes.stream()
                .mapToLong(n -> n.queryForLong("select sum(balance) from account"))
                .sum();
    }

    /** {@return the number of accounts whose balance differs from their ledger} */
    long wrongBalances(PostgresNode node) {
        return node.queryForLong("""
                select count(*)
                from account a
                left join (select account, sum(amount) as moved from ledger group by account) l on l.account = a.id
                where a.balance <> %d + coalesce(l.moved, 0)""".formatted(START));
    }

    /** {@return the legs in the ledgers of all nodes, by transfer} */
    Map<UUID, List<String>> ledger() {
        Map<UUID, List<String>> legs = new HashMap<>();
        for (PostgresNode node : nodes) {
            try (Connection c = node.connect();
                    Statement s = c.createStatement();
                    ResultSet rows = s.executeQuery("select transfer_id, leg, account, amount from ledger")) {
                while (rows.next()) {
                    legs.computeIfAbsent(rows.getObject(1, UUID.class), id -> new ArrayList<>(2))
                            .add("%d:%s/%d/%d".formatted(rows.getInt(2), node.name(), rows.getInt(3), rows.getLong(4)));
                }
            } catch (SQLException e) {
                throw new AssertionError("the ledger on " + node.name() + " cannot be read", e);
            }
        }
        return legs;
    }

    /** {@return the number of prepared transactions on all nodes, without those called foreign} */
    public long prepared() {
        return nodes.stream()
                .mapToLong(n -> n.queryForLong("select count(*) from pg_prepared_xacts where gid not like 'foreign%'"))
                .sum();
    }

    /** {@return the number of locks without a session, which belong to prepared transactions, without foreign ones} */
    public static long locksOfNobody(PostgresNode node) {
        return node.queryForLong("""
                select count(*) from pg_locks
                where pid is null and virtualtransaction not in
                      (select l.virtualtransaction
                       from pg_locks l join pg_prepared_xacts p on p.transaction = l.transactionid
                       where l.pid is null and l.mode = 'ExclusiveLock' and p.gid like 'foreign%')""");
    }
}
