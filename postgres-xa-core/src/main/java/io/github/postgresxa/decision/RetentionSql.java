package io.github.postgresxa.decision;

import static io.github.postgresxa.decision.Tables.DECIDED_AT;
import static io.github.postgresxa.decision.Tables.DECISION;
import static io.github.postgresxa.decision.Tables.GTRID;
import static io.github.postgresxa.decision.Tables.IDENTITY;
import static io.github.postgresxa.decision.Tables.MARK;
import static io.github.postgresxa.decision.Tables.NODE;
import static io.github.postgresxa.decision.Tables.OUTCOME;
import static io.github.postgresxa.decision.Tables.PARTICIPANTS;
import static io.github.postgresxa.decision.Tables.PARTICIPANT_INCARNATIONS;
import static io.github.postgresxa.decision.Tables.PARTICIPANT_XIDS;
import static io.github.postgresxa.decision.Tables.XID;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.node.Burst;
import java.time.Duration;
import java.util.Collection;

/** The statements that go through the decision log row by row, and delete from it. */
final class RetentionSql {

    /** With the table's name: an output column has the name of one of them. */
    private static final String ORDER = DECISION + "." + DECIDED_AT + ", " + DECISION + "." + GTRID;

    /** Every transaction that ran when the row was written has ended. */
    private static final String OUTLIVED = "d." + XID + " < (select pg_snapshot_xmin(pg_current_snapshot()))";

    private static final String RAISES = " where n." + MARK + " is null or n." + MARK + " < h." + XID;

    private final String schema;

    /**
     * Creates the statements for one schema.
     *
     * @param schema a checked name
     */
    RetentionSql(String schema) {
        this.schema = schema;
    }

    /**
     * Old rows that need an answer from participants, or no answer at all: C rows, and A rows that name participants.
     * Oldest first. The order names the table; otherwise it would use the selected text of the same name, which no
     * index sorts. Many rows may have the same moment, so a page ends at a row and not at a moment.
     *
     * @param after the moment and key of the last row of the page before, as a row of SQL; empty for the first page
     */
    Burst expired(Duration retention, String after, int limit) {
        String later = after.isEmpty() ? "" : " and (" + ORDER + ") > " + after;
        return home().then(
                        LogQuery.ROWS,
                        LogSql.select(schema, ", " + DECIDED_AT + "::text")
                                + "where (" + OUTCOME + " = 'C' or " + PARTICIPANTS + " <> '{}') and "
                                + olderThan(retention) + later + " order by " + ORDER + " limit " + limit);
    }

    /** The incarnations of participants that the C rows name, in one range of the table; and how long the table is. */
    Burst incarnations(long block, long blocks) {
        return home().then(LogQuery.LENGTH, length())
                .then(
                        LogQuery.INCARNATIONS,
                        "select distinct p, i from " + Tables.in(schema, DECISION) + ", unnest(" + PARTICIPANTS + ", "
                                + PARTICIPANT_INCARNATIONS + ") as named(p, i) where " + OUTCOME + " = 'C' and "
                                + range(block, blocks));
    }

    /**
     * C rows that name a node in another incarnation than its present one, in one range of the table; and how long the
     * table is.
     */
    Burst ofOtherIncarnations(NodeIdentity participant, String incarnation, long block, long blocks) {
        return home().then(LogQuery.LENGTH, length())
                .then(
                        LogQuery.ROWS,
                        LogSql.select(schema, "")
                                + "where " + OUTCOME + " = 'C' and " + PARTICIPANT_INCARNATIONS + "[array_position("
                                + PARTICIPANTS + ", '" + participant + "')] not in ('"
                                + incarnation.replaceAll("[^0-9A-F:]", "") + "', '"
                                + Participant.UNKNOWN_INCARNATION + "') and " + range(block, blocks));
    }

    private Burst home() {
        return new Burst().then(LogQuery.HOME, LogSql.home(schema));
    }

    /** No index helps here, so all rows are read, in their order on the disk. Ranges keep each statement short. */
    private static String range(long block, long blocks) {
        return "ctid >= '(%d,0)' and ctid < '(%d,0)'".formatted(block, block + blocks);
    }

    private String length() {
        return "select pg_relation_size('" + Tables.in(schema, DECISION)
                + "') / current_setting('block_size')::bigint;\n";
    }

    /**
     * Deletes decisions that were carried out everywhere, and raises the mark in the same transaction. An A row must
     * also have outlived every transaction that ran when it was written: until then a late decision could still find
     * the table empty.
     */
    String forget(NodeIdentity home, Collection<TransactionId> ids) {
        return LogSql.BEGIN + "with gone as (" + deleteAtHome(home) + " and d." + GTRID + " in (" + LogSql.quoted(ids)
                + ") and (d." + OUTCOME + " = 'C' or " + OUTLIVED + ") returning d." + OUTCOME + ", d." + XID + "),"
                + " highest as (select " + XID + " from gone where " + OUTCOME + " = 'C' order by " + XID
                + " desc limit 1)\nupdate " + Tables.in(schema, NODE) + " n set " + MARK + " = h." + XID
                + " from highest h" + RAISES + ";\ncommit";
    }

    private String deleteAtHome(NodeIdentity home) {
        return "delete from " + Tables.in(schema, DECISION) + " d using " + Tables.in(schema, NODE) + " n where n."
                + IDENTITY + " = '" + home + "' and " + LogSql.HERE;
    }

    private static String olderThan(Duration retention) {
        return DECIDED_AT + " < now() - interval '" + retention.toMillis() + " milliseconds'";
    }

    /** Deletes fences that no process can need any more. A fence names no participants. */
    String forgetFences(NodeIdentity home, Duration retention) {
        return deleteAtHome(home) + " and d." + OUTCOME + " = 'A' and d." + PARTICIPANTS + " = '{}' and d."
                + PARTICIPANT_XIDS + " = '{}' and d." + PARTICIPANT_INCARNATIONS + " = '{}' and d."
                + olderThan(retention) + " and " + OUTLIVED;
    }
}
