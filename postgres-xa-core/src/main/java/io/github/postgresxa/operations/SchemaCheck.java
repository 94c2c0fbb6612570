package io.github.postgresxa.operations;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.DatabaseLocation;
import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.decision.ForcedOrder;
import io.github.postgresxa.decision.ForcedOrders;
import io.github.postgresxa.decision.Tables;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks the schema of the decision log, and what the roles may do in it. */
final class SchemaCheck {

    private static final String TABLES =
            " from pg_class c join pg_namespace n on n.oid = c.relnamespace where nspname = '%s'" + " and relname in ('"
                    + Tables.NODE + "', '" + Tables.DECISION + "')";

    private static final String WORK = "Recovery, or work, fails on this node.";
    private static final String PILE = "Decisions pile up: nobody deletes them.";
    private static final String BESIDE_ANOTHER = "Where another XA resource takes part, what is left is not settled.";
    private static final String ADD_AND_DELETE = "select, insert, delete";

    /** How long a forced adoption is a notice. */
    private static final Duration NEWS = Duration.ofDays(7);

    private final Node node;
    private final String schema;
    private final Console console;
    private final List<Finding> found = new ArrayList<>();
    private String role = "";
    private @Nullable DatabaseLocation place;

    SchemaCheck(Node node, String schema, Console console) {
        this.node = node;
        this.schema = schema;
        this.console = console;
    }

    List<Finding> findings(Wire recovery) throws SQLException {
        if (!Rows.yes(Rows.one(recovery, "select count(*) = 2" + TABLES.formatted(schema)), 0)) {
            create(
                    Fault.SCHEMA_MISSING,
                    "schema '%s' of the decision log is missing".formatted(schema),
                    "The node can keep no decisions. The application creates the schema at its first start if its role"
                            + " may (decision.initialize-schema=always).",
                    "As a role that may create a schema:");
            return found;
        }
        List<@Nullable String> rights = Rows.one(recovery, rights());
        role = Rows.text(rights, 4);
        right(rights, 0, "select", "read decisions");
        right(rights, 1, "insert", "fence");
        right(rights, 2, "delete", "delete decisions that were carried out everywhere");
        if (!Rows.yes(rights, 3)) {
            grant(Fault.RIGHT_MISSING, "select", Tables.NODE, "tell one database from another", WORK);
            return found;
        }
        List<@Nullable String> row =
                Rows.one(recovery, "select " + Tables.VERSION + " from " + Tables.in(schema, Tables.NODE));
        if (Rows.number(row, 0) < DecisionSchema.VERSION) {
            create(
                    Fault.SCHEMA_OLD,
                    "version %s, this release needs version %d".formatted(row.get(0), DecisionSchema.VERSION),
                    "The node takes part in no transaction of this release. The application migrates the schema if its"
                            + " role may (decision.initialize-schema=always); the command does it, too, also while"
                            + " applications are at work.",
                    "As the owner of the schema, role '%s':".formatted(Rows.text(rights, 5)));
        } else {
            found.add(Check.SCHEMA.ok(node.name(), "version %s".formatted(row.get(0))));
            moreRights(Rows.one(
                    recovery,
                    "select has_table_privilege('%s', 'select'), has_column_privilege('%s', '%s', 'update'), "
                                    .formatted(
                                            Tables.in(schema, Tables.PARTICIPANT),
                                            Tables.in(schema, Tables.NODE),
                                            Tables.MARK)
                            + may(Tables.FORCED)
                            + ", has_column_privilege('%s', '%s', 'update') and "
                                    .formatted(Tables.in(schema, Tables.MANAGER), Tables.SEEN_AT)
                            + may(Tables.MANAGER) + ", " + may(Tables.MANAGER_DECISION)));
            place = new DecisionSchema(new DecisionSettings(schema, false, Duration.ZERO, false))
                    .place(recovery)
                    .orElse(null);
            adoption(recovery, place);
        }
        return found;
    }

    /** A forced adoption may have taken the wrong database for the original, and no node knows it. */
    private void adoption(Wire recovery, @Nullable DatabaseLocation where) throws SQLException {
        if (where == null || !where.here()) {
            return;
        }
        TransactionId subject = ForcedOrder.adoptionOf(where.identity());
        ForcedOrder open = null;
        for (ForcedOrder order : new ForcedOrders(schema).of(recovery, List.of(subject))) {
            String result = order.result();
            // Before a copy is adopted, this is the identity of its original.
            boolean isOfThis = order.action().endsWith(Origin.MOVED.name());
            open = isOfThis && result == null ? order : null;
            if (result != null && (result.startsWith("done") || isOfThis && !result.startsWith(Resolver.REFUSED))) {
                adoption(recovery, subject, order, result.startsWith("done:") ? "" : "; the result: " + result);
            }
        }
        if (open != null) {
            adoption(recovery, subject, open, "; its result is not kept, so it broke off or is under way");
        }
    }

    private void adoption(Wire recovery, TransactionId subject, ForcedOrder order, String result) throws SQLException {
        String what = "its identity comes from an order with force: %s by %s (role %s) at %s, reason: %s%s"
                .formatted(
                        order.action(),
                        order.requestedBy(),
                        order.databaseUser(),
                        order.orderedAt(),
                        order.reason(),
                        result);
        found.add(
                isNews(recovery, order.orderedAt())
                        ? Fault.ADOPTED_BY_FORCE.found(
                                node.name(),
                                what,
                                "It overrode this: " + order.against(),
                                "If that was right, there is nothing to do, and this notice ends after %d days. If"
                                                .formatted(NEWS.toDays())
                                        + " not, compare the data of all nodes. The record stays:",
                                "SELECT * FROM %s WHERE gtrid = '%s' ORDER BY ordered_at;"
                                        .formatted(Tables.in(schema, Tables.FORCED), subject))
                        : Check.IDENTITY.ok(node.name(), what));
    }

    /** {@return whether that was less than {@link #NEWS} ago, by the clock that wrote it} */
    private static boolean isNews(Wire recovery, String at) throws SQLException {
        String query = "select timestamptz '%s' > pg_catalog.now() - interval '%d days'".formatted(at, NEWS.toDays());
        return Rows.yes(Rows.one(recovery, query), 0);
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
    private void create(Fault fault, String what, String why, String advice) {
        found.add(fault.found(node.name(), what, why, advice, console.schema(node.settings(), schema)));
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
                + ", current_user, max(pg_get_userbyid(nspowner))"
                + TABLES.formatted(schema);
    }

    /** Whether rows may be read, added and deleted. */
    private String may(String table) {
        return Stream.of("select", "insert", "delete")
                .map(right -> "has_table_privilege('%s', '%s')".formatted(Tables.in(schema, table), right))
                .collect(Collectors.joining(" and "));
    }

    private void moreRights(List<@Nullable String> rights) {
        if (!Rows.yes(rights, 0)) {
            grant(Fault.RIGHT_MISSING, "select", Tables.PARTICIPANT, "read how far decisions were deleted", WORK);
        }
        if (!Rows.yes(rights, 1)) {
            grant(
                    Fault.LESSER_RIGHT_MISSING,
                    "update (%s)".formatted(Tables.MARK),
                    Tables.NODE,
                    "note how far decisions were deleted",
                    PILE);
        }
        if (!Rows.yes(rights, 2)) {
            grant(
                    Fault.LESSER_RIGHT_MISSING,
                    ADD_AND_DELETE,
                    Tables.FORCED,
                    "keep what an operator forces",
                    "An order with force is refused where this node holds a branch.");
        }
        if (!Rows.yes(rights, 3)) {
            grant(
                    Fault.LESSER_RIGHT_MISSING,
                    ADD_AND_DELETE + ", update (%s)".formatted(Tables.SEEN_AT),
                    Tables.MANAGER,
                    "keep the names of transaction managers",
                    BESIDE_ANOTHER);
        }
        if (!Rows.yes(rights, 4)) {
            grant(
                    Fault.LESSER_RIGHT_MISSING,
                    ADD_AND_DELETE + ", update (%s)".formatted(Tables.ENDED_AT),
                    Tables.MANAGER_DECISION,
                    "settle what a transaction manager left",
                    BESIDE_ANOTHER);
        }
    }

    private void right(List<@Nullable String> rights, int column, String right, String purpose) {
        if (!Rows.yes(rights, column)) {
            boolean lesser = right.equals("delete");
            grant(
                    lesser ? Fault.LESSER_RIGHT_MISSING : Fault.RIGHT_MISSING,
                    right,
                    Tables.DECISION,
                    purpose,
                    lesser ? PILE : WORK);
        }
    }

    private void grant(Fault fault, String right, String table, String purpose, String why) {
        found.add(fault.found(
                node.name(),
                "role '%s' may not %s".formatted(role, purpose),
                why,
                "",
                "GRANT USAGE ON SCHEMA %1$s TO %2$s; GRANT %3$s ON %1$s.%4$s TO %2$s;"
                        .formatted(schema, SqlText.name(role), right.toUpperCase(Locale.ROOT), table)));
    }
}
