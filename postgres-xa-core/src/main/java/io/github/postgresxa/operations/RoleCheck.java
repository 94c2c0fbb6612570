package io.github.postgresxa.operations;

import io.github.postgresxa.RecoveryRole;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks that the role for work can log in, the role for recovery may finish what it prepared, and a default role is
 * named.
 */
final class RoleCheck {

    private RoleCheck() {}

    static String recoveryRole(Node node) {
        RecoveryRole role = node.settings().recoveryRole();
        String work = node.settings().username();
        if (role != null) {
            return role.username();
        }
        return work == null ? "CURRENT_USER" : work;
    }

    static List<Finding> findings(Node node, Wire recovery) throws SQLException {
        RecoveryRole role = node.settings().recoveryRole();
        String work = node.settings().username();
        if (role == null || work == null) {
            List<Finding> found =
                    new ArrayList<>(List.of(Finding.ok(node.name(), "roles", "one role works and recovers")));
            defaultRole(node, recovery, found);
            return found;
        }
        List<Finding> found = new ArrayList<>();
        String owner;
        try (Wire open = node.connect()) {
            owner = defaultRole(node, open, found);
        } catch (SQLException e) {
            return List.of(new Finding(
                    node.name(),
                    "roles",
                    Severity.ERROR,
                    "role '%s' cannot log in: %s".formatted(work, NodeQueries.sentence(e)),
                    "The application cannot work on this node.",
                    "ALTER ROLE \"%s\" LOGIN;".formatted(work)));
        }
        List<@Nullable String> row = Rows.one(
                recovery,
                ("select exists (select from pg_roles where rolname = '%1$s' and pg_has_role(oid, 'member')),"
                                + " current_user")
                        .formatted(owner.replace("'", "''")));
        if (Rows.yes(row, 0)) {
            found.add(Finding.ok(
                    node.name(), "roles", "'%s' may finish what '%s' prepares".formatted(role.username(), owner)));
            return found;
        }
        found.add(new Finding(
                node.name(),
                "roles",
                Severity.ERROR,
                "role '%s' is no member of '%s'".formatted(role.username(), owner),
                "Only the owner of a prepared transaction may finish it, so recovery can finish nothing here.",
                "GRANT \"%s\" TO \"%s\";".formatted(owner, role.username())));
        return found;
    }

    /** {@return the role of a fresh connection for work, which is the default role where there is one} */
    private static String defaultRole(Node node, Wire fresh, List<Finding> found) throws SQLException {
        List<@Nullable String> row = Rows.one(fresh, "select current_user, session_user");
        String current = Rows.text(row, 0);
        String login = Rows.text(row, 1);
        if (!current.equals(login)) {
            found.add(new Finding(
                    node.name(),
                    "default-role",
                    Severity.NOTICE,
                    "connections of '%s' begin under the default role '%s'".formatted(login, current),
                    ("'%s' owns what is prepared here and writes the decisions, so it needs the rights on the decision"
                                    + " schema, and recovery has to be a member of it.")
                            .formatted(current),
                    ""));
        }
        return current;
    }
}
