package io.github.postgresxa.support;

import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.test.PostgresNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.postgresql.PGConnection;

/** Copies of a database that carry its identity along, each made in a way that people use. */
public final class Copies {

    private static final List<String> TABLES = List.of(
            "pgxa.node", "pgxa.decision", "pgxa.participant", "pgxa.manager", "pgxa.manager_decision", "account");

    private Copies() {}

    /** {@code CREATE DATABASE … TEMPLATE}, on the same server; a copy of that name is replaced. {@return its URL} */
    public static String template(PostgresNode node) throws Exception {
        String copy = node.database() + "_copy";
        // The application's last sessions may take a moment to end, and a template must not be in use.
        Eventually.eventually(
                Duration.ofSeconds(10),
                "nobody uses it",
                () -> node.queryForLong("select count(*) from pg_stat_activity where datname = current_database()")
                        == 1);
        maintain(
                node,
                "drop database if exists %s with (force)".formatted(copy),
                "create database %s template %s".formatted(copy, node.database()));
        return url(node, copy);
    }

    public static String url(PostgresNode node, String database) {
        return node.jdbcUrl().replace("/" + node.database(), "/" + database);
    }

    /** Runs statements over a connection to another database of the server. */
    public static void maintain(PostgresNode node, String... statements) throws Exception {
        try (Connection c = DriverManager.getConnection(url(node, "postgres"), node.username(), node.password());
                Statement s = c.createStatement()) {
            for (String sql : statements) {
                s.execute(sql);
            }
        }
    }

    /** Dump and restore to another server: the same tables, filled by COPY. {@return its URL} */
    public static String dump(PostgresNode from, PostgresNode to) throws Exception {
        to.execute("drop schema if exists pgxa cascade", "drop table if exists account", Operations.ddl("pgxa"));
        to.execute("truncate pgxa.node, pgxa.decision, pgxa.participant");
        Bank.createAccounts(to);
        to.execute("truncate account");
        for (String table : TABLES) {
            ByteArrayOutputStream rows = new ByteArrayOutputStream();
            try (Connection source = from.connect();
                    Connection target = to.connect()) {
                source.unwrap(PGConnection.class).getCopyAPI().copyOut("copy " + table + " to stdout", rows);
                target.unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn("copy " + table + " from stdin", new ByteArrayInputStream(rows.toByteArray()));
            }
        }
        return to.jdbcUrl();
    }

    /** A subscription of logical replication to the whole database. {@return its URL} */
    public static String logical(PostgresNode from, PostgresNode to) throws Exception {
        to.execute("drop schema if exists pgxa cascade", "drop table if exists account", Operations.ddl("pgxa"));
        to.execute("truncate pgxa.node, pgxa.decision");
        Bank.createAccounts(to);
        to.execute("truncate account");
        from.execute("drop publication if exists everything", "create publication everything for all tables");
        to.execute(("create subscription everything connection 'host=127.0.0.1 port=%d user=%s dbname=%s'"
                        + " publication everything")
                .formatted(from.port(), from.username(), from.database()));
        Eventually.eventually(
                Duration.ofSeconds(20),
                "it is copied",
                () -> to.queryForLong("select count(*) from pg_subscription_rel where srsubstate <> 'r'") == 0
                        && to.queryForLong("select count(*) from account") > 0);
        return to.jdbcUrl();
    }
}
