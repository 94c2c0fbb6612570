package io.github.postgresxa.operations;

import io.github.postgresxa.RecoveryRole;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The role for work can log in, and the role for recovery may finish what it prepared. */
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
            return List.of(Finding.ok(node.name(), "roles", "one role works and recovers"));
        }
        try (Wire open = node.connect()) {
            open.send("select 1").orThrow();
        } catch (SQLException e) {
            return List.of(new Finding(
                    node.name(),
                    "roles",
                    Severity.ERROR,
                    "role '%s' cannot log in: %s".formatted(work, Fleet.sentence(e)),
                    "The application cannot work on this node.",
                    "ALTER ROLE \"%s\" LOGIN;".formatted(work)));
        }
        List<@Nullable String> row = Rows.one(
                recovery,
                "select exists (select from pg_roles where rolname = '%1$s' and pg_has_role(oid, 'member')), current_user"
                        .formatted(work.replace("'", "''")));
        if (Rows.yes(row, 0)) {
            return List.of(Finding.ok(
                    node.name(), "roles", "'%s' may finish what '%s' prepares".formatted(role.username(), work)));
        }
        return List.of(new Finding(
                node.name(),
                "roles",
                Severity.ERROR,
                "role '%s' is no member of '%s'".formatted(role.username(), work),
                "Only the owner of a prepared transaction may finish it, so recovery can finish nothing here.",
                "GRANT \"%s\" TO \"%s\";".formatted(work, role.username())));
    }
}
