package io.github.postgresxa.operations;

import io.github.postgresxa.RecoveryRole;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks that the role for work can log in and makes its commits durable, the role for recovery may finish what it
 * prepared, and a default role is named.
 */
final class RoleCheck {

    private static final Set<String> WEAK = Set.of("off", "local", "remote_write");

    /** Sessions of ours raise synchronous_commit, so the query reads the value from before. */
    private static final String SESSION = """
            select current_user, session_user, current_database(), reset_val
            from pg_settings where name = 'synchronous_commit'
            """;

    private static final String LOGIN = """
            select rolcanlogin, coalesce(rolvaliduntil <= now(), false),
                   has_database_privilege(oid, current_database(), 'connect'), current_database()
            from pg_roles where rolname = %s
            """;

    private final Node node;
    private final List<Finding> found = new ArrayList<>();

    RoleCheck(Node node) {
        this.node = node;
    }

    List<Finding> findings(Wire recovery) throws SQLException {
        RecoveryRole role = node.settings().recoveryRole();
        String work = node.settings().username();
        if (role == null || work == null) {
            found.add(Check.ROLES.ok(node.name(), "one role works and recovers"));
            session(recovery);
            return found;
        }
        String owner;
        try (Wire open = node.connect()) {
            owner = session(open);
        } catch (SQLException e) {
            found.clear();
            noLogin(recovery, work, e);
            return found;
        }
        if (Rows.yes(
                Rows.one(
                        recovery,
                        "select exists (select from pg_roles where rolname = %s and pg_has_role(oid, 'member'))"
                                .formatted(SqlText.literal(owner))),
                0)) {
            found.add(Check.ROLES.ok(
                    node.name(), "'%s' may finish what '%s' prepares".formatted(role.username(), owner)));
            return found;
        }
        found.add(Fault.NO_MEMBER.found(
                node.name(),
                "role '%s' is no member of '%s'".formatted(role.username(), owner),
                "Only the owner of a prepared transaction may finish it, so recovery can finish nothing here.",
                "",
                "GRANT %s TO %s;".formatted(SqlText.name(owner), SqlText.name(role.username()))));
        return found;
    }

    /** The driver's message says what failed, the role's own entry says how to fix it. */
    private void noLogin(Wire recovery, String work, SQLException problem) throws SQLException {
        List<List<@Nullable String>> rows = Rows.of(recovery, LOGIN.formatted(SqlText.literal(work)));
        String name = SqlText.name(work);
        String advice = "";
        String command = "";
        if (rows.isEmpty()) {
            advice = "There is no such role. Give it the rights of docs/operations/grants.sql, too:";
            command = "CREATE ROLE %s LOGIN;".formatted(name);
        } else if (!Rows.yes(rows.get(0), 0)) {
            command = "ALTER ROLE %s LOGIN;".formatted(name);
        } else if (Rows.yes(rows.get(0), 1)) {
            advice = "Its password has expired. Give it a new one, and:";
            command = "ALTER ROLE %s VALID UNTIL 'infinity';".formatted(name);
        } else if (!Rows.yes(rows.get(0), 2)) {
            command = "GRANT CONNECT ON DATABASE %s TO %s;".formatted(SqlText.name(Rows.text(rows.get(0), 3)), name);
        } else {
            advice = "The role may log in: check its password, the limit of its connections, and pg_hba.conf.";
        }
        found.add(Fault.NO_LOGIN.found(
                node.name(),
                "role '%s' cannot log in: %s".formatted(work, NodeQueries.sentence(problem)),
                "The application cannot work on this node.",
                advice,
                command));
    }

    /** {@return the role of a fresh connection for work, which is the default role where there is one} */
    private String session(Wire fresh) throws SQLException {
        List<@Nullable String> row = Rows.one(fresh, SESSION);
        String current = Rows.text(row, 0);
        String login = Rows.text(row, 1);
        synchronousCommit(login, Rows.text(row, 2), Rows.text(row, 3));
        if (!current.equals(login)) {
            found.add(Fault.DEFAULT_ROLE.found(
                    node.name(),
                    "connections of '%s' begin under the default role '%s'".formatted(login, current),
                    ("'%s' owns what is prepared here and writes the decisions, so it needs the rights on the decision"
                                    + " schema, and recovery has to be a member of it.")
                            .formatted(current),
                    "",
                    ""));
        }
        return current;
    }

    /** The setting of a role in a database overrides all others but the connection's own. */
    private void synchronousCommit(String role, String database, String value) {
        String what = "synchronous_commit = %s for role '%s'".formatted(value, role);
        if (!WEAK.contains(value)) {
            found.add(Check.SYNCHRONOUS_COMMIT.ok(node.name(), what));
            return;
        }
        boolean inUrl = node.settings().url().contains("synchronous_commit");
        found.add(Fault.WEAK_COMMIT.found(
                node.name(),
                what,
                "Transactions over several nodes raise it to 'on' for themselves; other transactions of this role"
                        + " can be lost after they were acknowledged.",
                inUrl ? "The node's URL sets it (options): take it out there." : "",
                inUrl
                        ? ""
                        : "ALTER ROLE %s IN DATABASE %s SET synchronous_commit = on;"
                                .formatted(SqlText.name(role), SqlText.name(database))));
    }
}
