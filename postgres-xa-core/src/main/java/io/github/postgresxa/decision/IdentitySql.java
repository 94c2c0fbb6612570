package io.github.postgresxa.decision;

import static io.github.postgresxa.decision.Tables.DATABASE_OID;
import static io.github.postgresxa.decision.Tables.DECISION;
import static io.github.postgresxa.decision.Tables.IDENTITY;
import static io.github.postgresxa.decision.Tables.MANAGER;
import static io.github.postgresxa.decision.Tables.MANAGER_DECISION;
import static io.github.postgresxa.decision.Tables.MARK;
import static io.github.postgresxa.decision.Tables.MARKS_SINCE;
import static io.github.postgresxa.decision.Tables.NODE;
import static io.github.postgresxa.decision.Tables.OUTCOME;
import static io.github.postgresxa.decision.Tables.PARTICIPANT;
import static io.github.postgresxa.decision.Tables.SYSTEM_IDENTIFIER;
import static io.github.postgresxa.decision.Tables.VERSION;
import static io.github.postgresxa.decision.Tables.XID;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The statements that find out where the schema is and where its identity belongs, or change that. */
final class IdentitySql {

    /** Waits for all who change the schema or the identity, until the end of the transaction. */
    static final String LOCK = "select pg_advisory_xact_lock(hashtext('postgres-xa schema'))";

    private final String schema;
    private final String node;

    /**
     * Creates the statements for one schema.
     *
     * @param schema a checked name
     */
    IdentitySql(String schema) {
        this.schema = schema;
        this.node = Tables.in(schema, NODE);
    }

    String identityQuery() {
        return "select " + IDENTITY + " from " + node + " where " + LogSql.HERE + ";\n";
    }

    /** The identity of the database, whether it belongs here, and if not, where. */
    String identity() {
        return "select " + IDENTITY + ", " + LogSql.HERE + ", " + SYSTEM_IDENTIFIER + ", " + DATABASE_OID + ", "
                + LogSql.SERVER + ", " + LogSql.DATABASE + ", pg_catalog.pg_postmaster_start_time() from " + node;
    }

    /** Makes a new identity, as the DDL does. The transaction stays open. */
    String newIdentity(DatabaseLocation seen) {
        return adopt(
                seen,
                IDENTITY + " = (select left(u, 12) || right(u, 4)"
                        + " from (select replace(gen_random_uuid()::text, '-', '') as u) random),"
                        + " " + MARK + " = null, " + MARKS_SINCE + " = null, ");
    }

    /**
     * Keeps the identity and binds it to the present place. Restored from a dump, the server counts xids anew. The mark
     * stays anyway: it is the highest of both counts, so no coordinator of either takes "no row" for a rollback without
     * a cause. The transaction stays open.
     */
    String bindHere(DatabaseLocation seen) {
        return adopt(seen, "");
    }

    /**
     * Gives fences of an older count an xid of the present one. No snapshot would ever pass the old xid, and they would
     * stay for ever. A C row keeps its xid, because its deletion raises the mark for a caller that asks with that xid.
     */
    String recount() {
        return "update " + Tables.in(schema, DECISION) + " set " + XID + " = pg_current_xact_id() where " + OUTCOME
                + " = 'A' and " + XID + " >= pg_snapshot_xmax(pg_current_snapshot());\n";
    }

    /** Changes the identity only if it is what was seen. */
    private String adopt(DatabaseLocation seen, String change) {
        DatabaseLocation.Spot stored = seen.stored();
        return LogSql.BEGIN
                + LOCK + ";\n"
                + "update " + node + " set " + change + SYSTEM_IDENTIFIER + " = " + LogSql.SERVER + ", " + DATABASE_OID
                + " = " + LogSql.DATABASE + " where " + IDENTITY + " = '" + seen.identity() + "' and "
                + SYSTEM_IDENTIFIER + " is not distinct from "
                + (stored == null ? "null" : Long.parseLong(stored.server())) + " and " + DATABASE_OID
                + " is not distinct from " + (stored == null ? "null" : Long.parseLong(stored.database())) + ";\n";
    }

    /** Deletes what a copy has of its original's log. */
    String emptied() {
        return Stream.of(DECISION, PARTICIPANT, MANAGER_DECISION, MANAGER)
                .map(table -> "delete from " + Tables.in(schema, table) + ";\n")
                .collect(Collectors.joining());
    }

    String version() {
        return "select " + VERSION + " from " + node;
    }

    String exists() {
        return "select pg_catalog.to_regclass('" + node + "') is not null";
    }
}
