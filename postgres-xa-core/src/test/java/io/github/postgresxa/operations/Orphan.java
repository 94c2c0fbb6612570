package io.github.postgresxa.operations;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A prepared branch of a dead coordinator: it changed account 1.
 *
 * @param id its transaction
 * @param node where it is prepared
 * @param gid its name
 * @param xid its transaction id there
 */
record Orphan(TransactionId id, PostgresNode node, String gid, String xid) {

    static void tables(PostgresNode... nodes) {
        for (PostgresNode node : nodes) {
            node.execute(
                    // It may be there already.
                    Operations.ddl("pgxa"),
                    "drop table if exists account",
                    "create table account (id int primary key, balance bigint not null)",
                    "insert into account values (1, 1000), (2, 1000)",
                    "truncate pgxa.decision");
        }
    }

    static Orphan leave(PostgresNode home, PostgresNode node) throws SQLException {
        return leave(home, node, TransactionId.random());
    }

    static Orphan leave(PostgresNode home, PostgresNode node, TransactionId id) throws SQLException {
        return leave(home, node, id, "pgxa/1/%s/%s/%s", "");
    }

    /** Another resource took part. */
    static Orphan leaveToManager(PostgresNode home, PostgresNode node, TransactionId id) throws SQLException {
        return leave(home, node, id, "pgxa/2/%s/%s/%s", "/0000002a.Zw.YQ");
    }

    private static Orphan leave(PostgresNode home, PostgresNode node, TransactionId id, String form, String manager)
            throws SQLException {
        String gid = form.formatted(id, identity(home), identity(node)) + manager;
        try (Connection c = node.connect();
                Statement s = c.createStatement()) {
            c.setAutoCommit(false);
            s.executeUpdate("update account set balance = balance + 10 where id = 1");
            String xid;
            try (ResultSet row = s.executeQuery("select pg_current_xact_id()")) {
                row.next();
                xid = row.getString(1);
            }
            s.execute("prepare transaction '" + gid + "'");
            return new Orphan(id, node, gid, xid);
        }
    }

    static String identity(PostgresNode node) {
        return node.queryForString("select identity from pgxa.node");
    }

    void decide(PostgresNode home, String outcome) {
        home.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator, participants, participant_xids,"
                + " participant_incarnations)"
                + " values ('%s', '%s', pg_current_xact_id(), 'gone', array['%s'], array['%s'::xid8], array['%s'])"
                        .formatted(id, outcome, identity(node), xid, Bank.incarnation(node)));
    }

    boolean isPrepared() {
        return node.queryForLong("select count(*) from pg_prepared_xacts where gid = ?", gid) == 1;
    }

    long balance() {
        return node.queryForLong("select balance from account where id = 1");
    }
}
