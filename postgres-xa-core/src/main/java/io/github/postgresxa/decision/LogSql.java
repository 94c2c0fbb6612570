package io.github.postgresxa.decision;

import static io.github.postgresxa.decision.Tables.DATABASE_OID;
import static io.github.postgresxa.decision.Tables.DECISION;
import static io.github.postgresxa.decision.Tables.GTRID;
import static io.github.postgresxa.decision.Tables.IDENTITY;
import static io.github.postgresxa.decision.Tables.MARK;
import static io.github.postgresxa.decision.Tables.MARKS_SINCE;
import static io.github.postgresxa.decision.Tables.NODE;
import static io.github.postgresxa.decision.Tables.OUTCOME;
import static io.github.postgresxa.decision.Tables.PARTICIPANT;
import static io.github.postgresxa.decision.Tables.PARTICIPANTS;
import static io.github.postgresxa.decision.Tables.PARTICIPANT_INCARNATIONS;
import static io.github.postgresxa.decision.Tables.PARTICIPANT_XIDS;
import static io.github.postgresxa.decision.Tables.SYSTEM_IDENTIFIER;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.Burst;
import io.github.postgresxa.node.Durability;
import java.util.Collection;
import java.util.stream.Collectors;

/** What statements on the decision log have in common. */
final class LogSql {

    /** A separate transaction, as durable as it has to be. */
    static final String BEGIN = "begin isolation level read committed read write;\n" + Durability.RAISE;

    static final String SERVER = "(select system_identifier from pg_catalog.pg_control_system())";

    static final String DATABASE = "(select oid from pg_catalog.pg_database"
            + " where datname operator(pg_catalog.=) pg_catalog.current_database())";

    /**
     * Whether this database is the one that its identity belongs to: not true in a copy. Every statement that reads the
     * identity, to answer or to decide for it, has this condition.
     */
    static final String HERE = String.join(
            " and ",
            SYSTEM_IDENTIFIER + " operator(pg_catalog.=) " + SERVER,
            DATABASE_OID + " operator(pg_catalog.=) " + DATABASE);

    private LogSql() {}

    /** The database's identity and its mark; nothing in a copy. */
    static String home(String schema) {
        return "select " + IDENTITY + ", " + MARK + " from " + Tables.in(schema, NODE) + " where " + HERE + ";\n";
    }

    /** The columns that {@link DecisionRow} reads, and more. */
    static String select(String schema, String more) {
        return "select " + GTRID + ", " + OUTCOME + ", " + list(PARTICIPANTS) + ", " + list(PARTICIPANT_XIDS) + ", "
                + list(PARTICIPANT_INCARNATIONS) + more + " from " + Tables.in(schema, DECISION) + " ";
    }

    private static String list(String column) {
        return "array_to_string(" + column + ", ',', '" + DecisionRow.NULL_ELEMENT + "')";
    }

    /** The rows of some transactions. */
    static String rows(String schema, Collection<TransactionId> ids) {
        return select(schema, "") + "where " + GTRID + " in (" + quoted(ids) + ");\n";
    }

    /**
     * Adds the marks of participants, and how long the home has kept them, in milliseconds; NULL if they are as old as
     * its deletions. A row for each that was asked for, and none in a copy.
     */
    static Burst marks(Burst burst, String schema, Collection<NodeIdentity> asked) {
        if (asked.isEmpty()) {
            return burst;
        }
        String identities = asked.stream().map(i -> "'" + i + "'").collect(Collectors.joining(", "));
        return burst.then(
                LogQuery.MARKS,
                "select a.identity, p." + MARK + ", (extract(epoch from clock_timestamp() - n." + MARKS_SINCE
                        + ") * 1000)::bigint from " + Tables.in(schema, NODE) + " n"
                        + " cross join unnest(array[" + identities + "]::text[]) as a(identity)"
                        + " left join " + Tables.in(schema, PARTICIPANT) + " p on p." + IDENTITY + " = a.identity"
                        + " where " + HERE + ";\n");
    }

    static String quoted(Collection<TransactionId> ids) {
        return ids.stream().map(id -> "'" + id + "'").collect(Collectors.joining(", "));
    }
}
