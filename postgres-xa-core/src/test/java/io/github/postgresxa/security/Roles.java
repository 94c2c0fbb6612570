package io.github.postgresxa.security;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.PoolSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoveryRole;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PreparedTransaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The roles of docs/operations/grants.sql, created by that very file. */
public final class Roles {

    public static final String APP = "bank_app";
    public static final String RECOVERY = "bank_recovery";

    private static final Path GRANTS = Path.of("..", "docs", "operations", "grants.sql");

    private Roles() {}

    /** What an operator does on each node: the DDL, the file, and the application's own tables. */
    public static void install(PostgresNode... nodes) throws IOException {
        for (PostgresNode node : nodes) {
            node.execute(Operations.ddl("pgxa"), Files.readString(GRANTS));
            node.execute(
                    "create table account (id int primary key, balance bigint not null check (balance >= 0))",
                    "alter table account owner to bank_owner",
                    "grant select, insert, update on account to bank_app",
                    "insert into account values (1, 1000)");
        }
    }

    /** Restores the state after the installation, whatever the last test left. */
    public static void reset(PostgresNode... nodes) {
        for (PostgresNode node : nodes) {
            for (PreparedTransaction left : node.preparedTransactions()) {
                node.execute("rollback prepared '" + left.gid().replace("'", "''") + "'");
            }
            node.execute("update account set balance = 1000", "delete from pgxa.decision");
        }
    }

    /** Work as one role, recovery as another; the schema is the operator's business. */
    public static Bank bank(
            @Nullable RecoveryRole recovery, RecoverySettings clock, Duration retention, PostgresNode... nodes) {
        return Bank.over(builder(recovery, clock, retention, nodes).build(), List.of(nodes));
    }

    public static PostgresXa.Builder builder(
            @Nullable RecoveryRole recovery, RecoverySettings clock, Duration retention, PostgresNode... nodes) {
        PostgresXa.Builder builder = PostgresXa.builder()
                .home("first-used")
                .name("bank")
                .recovery(clock)
                .decision(new DecisionSettings("pgxa", false, retention, false));
        Arrays.stream(nodes).forEach(node -> builder.node(settings(node, recovery)));
        return builder;
    }

    private static NodeSettings settings(PostgresNode node, @Nullable RecoveryRole recovery) {
        return new NodeSettings(node.name(), node.jdbcUrl(), APP, null, PoolSettings.DEFAULT, recovery);
    }

    public static Connection connect(PostgresNode node, String role) throws SQLException {
        return DriverManager.getConnection(node.jdbcUrl() + "?user=" + role);
    }

    /**
     * Runs statements with the role's rights and the caller's search path: settings of a role count only at its
     * login.
     */
    public static void run(PostgresNode node, String role, String... statements) throws SQLException {
        try (Connection c = node.connect();
                Statement s = c.createStatement()) {
            s.execute("set session authorization \"%s\"".formatted(role));
            for (String sql : statements) {
                s.execute(sql);
            }
        }
    }

    public static String identity(PostgresNode node) {
        return node.queryForString("select identity from pgxa.node");
    }

    /** Leaves a branch like a dead coordinator. */
    public static void leavePrepared(PostgresNode node, String role, PostgresNode home, TransactionId id, long amount)
            throws SQLException {
        run(
                node,
                role,
                "begin",
                "update account set balance = balance + %d where id = 1".formatted(amount),
                "prepare transaction '%s'".formatted(gid(node, home, id)));
    }

    public static String gid(PostgresNode node, PostgresNode home, TransactionId id) {
        return "pgxa/1/%s/%s/%s".formatted(id, identity(home), identity(node));
    }

    public static void decide(PostgresNode home, PostgresNode participant, TransactionId id, String role)
            throws SQLException {
        run(
                home,
                role,
                "insert into pgxa.decision (gtrid, outcome, xid, coordinator, participants, participant_xids,"
                        + " participant_incarnations)"
                        + " values ('%s', 'C', pg_current_xact_id(), 'gone', array['%s'], array['0'::xid8], array['-'])"
                                .formatted(id, identity(participant)));
    }
}
