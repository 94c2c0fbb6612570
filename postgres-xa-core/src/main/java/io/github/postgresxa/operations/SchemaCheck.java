package io.github.postgresxa.operations;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.decision.DatabaseLocation;
import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.decision.Tables;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks the schema of the decision log, and what the roles may do in it. */
final class SchemaCheck {

    private static final String TABLES =
            " from pg_class c join pg_namespace n on n.oid = c.relnamespace where nspname = '%s'" + " and relname in ('"
                    + Tables.NODE + "', '" + Tables.DECISION + "')";

    private final Node node;
    private final String schema;
    private final Console console;
    private final List<Finding> found = new ArrayList<>();
    private @Nullable DatabaseLocation place;

    SchemaCheck(Node node, String schema, Console console) {
        this.node = node;
        this.schema = schema;
        this.console = console;
    }

    List<Finding> findings(Wire recovery) throws SQLException {
        if (!Rows.yes(Rows.one(recovery, "select count(*) = 2" + TABLES.formatted(schema)), 0)) {
            create(
                    "schema '%s' of the decision log is missing".formatted(schema),
                    "The node can keep no decisions. The application creates the schema at its first start if its role"
                            + " may (decision.initialize-schema=always).");
            return found;
        }
        List<@Nullable String> rights = Rows.one(recovery, rights());
        right(rights, 0, "select", "read decisions");
        right(rights, 1, "insert", "fence");
        right(rights, 2, "delete", "delete decisions that were carried out everywhere");
        if (!Rows.yes(rights, 3)) {
            grant("select", Tables.NODE, "tell one database from another", Severity.ERROR);
            return found;
        }
        List<@Nullable String> row =
                Rows.one(recovery, "select " + Tables.VERSION + " from " + Tables.in(schema, Tables.NODE));
        if (Rows.number(row, 0) < DecisionSchema.VERSION) {
            create(
                    "version %s, this release needs version %d".formatted(row.get(0), DecisionSchema.VERSION),
                    "The node takes part in no transaction of this release. The application migrates the schema if its"
                            + " role may (decision.initialize-schema=always); the command does it, too, also while"
                            + " applications are at work.");
        } else {
            found.add(Finding.ok(node.name(), "schema", "version %s".formatted(row.get(0))));
            marks(Rows.one(
                    recovery,
                    "select has_table_privilege('%s', 'select'), has_column_privilege('%s', '%s', 'update')"
                            .formatted(
                                    Tables.in(schema, Tables.PARTICIPANT),
                                    Tables.in(schema, Tables.NODE),
                                    Tables.MARK)));
            place = new DecisionSchema(new DecisionSettings(schema, false, Duration.ZERO, false))
                    .place(recovery)
                    .orElse(null);
        }
        return found;
    }

    /** {@return where the database is, and where its identity belongs; null if the schema does not say} */
    @Nullable
    DatabaseLocation place() {
        return place;
    }

    /**
     * Reports a missing or old schema. The command runs all scripts, which raise any version to the newest, not
     * as one transaction: it could deadlock with instances at work.
     */
    private void create(String what, String why) {
        found.add(
                new Finding(node.name(), "schema", Severity.ERROR, what, why, console.schema(node.settings(), schema)));
    }

    /** Queries by number and not by name: even to look up a name needs rights on the schema. */
    private String rights() {
        String usage = "has_schema_privilege(n.oid, 'usage') and ";
        return "select "
                + Stream.of("select", "insert", "delete")
                        .map(right -> "bool_and(%s has_table_privilege(c.oid, '%s')) filter (where relname = '%s')"
                                .formatted(usage, right, Tables.DECISION))
                        .collect(Collectors.joining(", "))
                + ", bool_and(%s has_table_privilege(c.oid, 'select')) filter (where relname = '%s')"
                        .formatted(usage, Tables.NODE)
                + TABLES.formatted(schema);
    }

    private void marks(List<@Nullable String> rights) {
        if (!Rows.yes(rights, 0)) {
            grant("select", Tables.PARTICIPANT, "read how far decisions were deleted", Severity.ERROR);
        }
        if (!Rows.yes(rights, 1)) {
            grant(
                    "update (%s)".formatted(Tables.MARK),
                    Tables.NODE,
                    "note how far decisions were deleted",
                    Severity.WARNING);
        }
    }

    private void right(List<@Nullable String> rights, int column, String right, String purpose) {
        if (!Rows.yes(rights, column)) {
            grant(right, Tables.DECISION, purpose, right.equals("delete") ? Severity.WARNING : Severity.ERROR);
        }
    }

    private void grant(String right, String table, String purpose, Severity severity) {
        String role = RoleCheck.recoveryRole(node);
        found.add(new Finding(
                node.name(),
                "rights",
                severity,
                "role '%s' may not %s".formatted(role, purpose),
                severity == Severity.ERROR
                        ? "Recovery, or work, fails on this node."
                        : "Decisions pile up: nobody deletes them.",
                "GRANT USAGE ON SCHEMA %1$s TO \"%2$s\"; GRANT %3$s ON %1$s.%4$s TO \"%2$s\";"
                        .formatted(schema, role, right.toUpperCase(java.util.Locale.ROOT), table)));
    }
}
