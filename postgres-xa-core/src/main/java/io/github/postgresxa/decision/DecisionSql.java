package io.github.postgresxa.decision;

import static io.github.postgresxa.decision.Tables.COORDINATOR;
import static io.github.postgresxa.decision.Tables.DECIDED_AT;
import static io.github.postgresxa.decision.Tables.DECISION;
import static io.github.postgresxa.decision.Tables.GTRID;
import static io.github.postgresxa.decision.Tables.IDENTITY;
import static io.github.postgresxa.decision.Tables.NODE;
import static io.github.postgresxa.decision.Tables.OUTCOME;
import static io.github.postgresxa.decision.Tables.PARTICIPANTS;
import static io.github.postgresxa.decision.Tables.PARTICIPANT_INCARNATIONS;
import static io.github.postgresxa.decision.Tables.PARTICIPANT_XIDS;
import static io.github.postgresxa.decision.Tables.XID;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.node.Burst;
import io.github.postgresxa.node.DefaultRole;
import io.github.postgresxa.node.Durability;
import io.github.postgresxa.node.Session;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The statements that settle a transaction, by a row C or a row A. Here as in {@link LookupSql}, {@link RetentionSql}
 * and {@link IdentitySql}, only our own identifiers are inserted: their types admit only
 * hexadecimal digits, numbers, and one name that is reduced to harmless characters.
 */
final class DecisionSql {

    /** SQLSTATE of a division by zero. */
    static final String NOT_LISTED = "22012";

    private static final String OWN_XID = "pg_catalog.pg_current_xact_id_if_assigned()";

    private static final String AS_COMMITTED = "', 'C', ";

    private static final String COLUMNS = String.join(
            ", ",
            GTRID,
            OUTCOME,
            XID,
            COORDINATOR,
            PARTICIPANTS,
            PARTICIPANT_XIDS,
            PARTICIPANT_INCARNATIONS,
            DECIDED_AT);

    /**
     * The retention counts from the decision. The column's old default is the begin of the transaction, which may be
     * long before.
     */
    private static final String NOW = "pg_catalog.clock_timestamp()";

    private static final String WRITTEN_NOW = ", " + NOW + ");\n";

    private static final String PROMPTLY = "set local idle_in_transaction_session_timeout = '5s';\n";

    /** Characters of the longest element of an array, an incarnation, with what surrounds it. */
    private static final int ELEMENT = 40;

    private final String schema;
    private final String coordinator;
    private final String insert;

    /**
     * Creates the statements for one schema.
     *
     * @param schema a checked name
     * @param coordinator the name shown in rows
     */
    DecisionSql(String schema, String coordinator) {
        this.schema = schema;
        this.coordinator = coordinator.replaceAll("[^A-Za-z0-9_.:@ -]", "_");
        this.insert = "insert into " + Tables.in(schema, DECISION) + " (" + COLUMNS + ")\nvalues ('";
    }

    /**
     * Builds the statements that settle a transaction on the home's own session, together with the home's work. The
     * INSERT is plain: if a fence came first, its failure also undoes the home's work. The xid column refuses a home
     * that never wrote, and, behind a pooler, a session that no longer leads to the home.
     *
     * <p>The row comes before the home's deferred constraints. However long they take, a process that wants to fence
     * waits for the row's key, and so cannot overtake a live home. If they fail, COMMIT is not run and the row goes
     * with the home's work.
     */
    String commit(TransactionId id, Session home, List<Participant> participants) {
        String xid = home.isDirect() ? OWN_XID : xidOf(home.identity(), OWN_XID);
        // One expression: a text of this length is copied by each step that it is made in.
        return DefaultRole.ENTER
                + insert
                + id
                + AS_COMMITTED
                + xid
                + ", '"
                + coordinator
                + "', "
                + columns(participants)
                + WRITTEN_NOW
                + DefaultRole.LEAVE
                + Durability.SURE_ANSWER
                + home.raise()
                + "commit";
    }

    /**
     * Writes C for a subordinate. The manager has decided and the home is prepared like all others, so the row has a
     * separate transaction. It fails with SQLSTATE {@value #NOT_LISTED} if no row exists and the home does not list its
     * branch any more. The list is read after INSERT: until COMMIT no other row can be written.
     */
    String record(Gid branch, List<Participant> participants) {
        return LogSql.BEGIN
                + insertCommit(branch.transaction(), branch.home(), participants)
                + "select 1 / (select count(*) from pg_prepared_xacts where gid = '" + branch + "');\n"
                + "commit";
    }

    /** Writes C, and the transaction stays open. The server terminates a caller that stalls. */
    String recordAndWait(TransactionId id, NodeIdentity home, List<Participant> participants) {
        return LogSql.BEGIN + PROMPTLY + insertCommit(id, home, participants);
    }

    private String insertCommit(TransactionId id, NodeIdentity home, List<Participant> participants) {
        return insert + id + AS_COMMITTED + xidOf(home, "pg_current_xact_id()") + ", '" + coordinator + "', "
                + columns(participants) + WRITTEN_NOW;
    }

    /** The xid, or NULL in any other database. */
    private String xidOf(@Nullable NodeIdentity home, String xid) {
        return "(select " + xid + " from " + Tables.in(schema, NODE) + " where " + IDENTITY
                + " operator(pg_catalog.=) '" + home + "' and " + LogSql.HERE + ")";
    }

    /**
     * Inserts A unless a row exists, then reads the row that exists, for one transaction or for several. Waits for a
     * home that is committing now: a single fence for most of a commit's time, each of several only for a moment. The
     * transaction stays open and holds the keys until the caller has its proof; the server terminates a caller that
     * stalls in between. The marks come last: they cover each row that was deleted before the key was held.
     */
    Burst fence(
            List<TransactionId> ids,
            NodeIdentity home,
            List<Participant> participants,
            Collection<NodeIdentity> asked) {
        Burst burst = new Burst()
                .then(LogSql.BEGIN
                        + "set local lock_timeout = '%s';\n".formatted(ids.size() == 1 ? "2s" : "50ms")
                        + PROMPTLY);
        for (TransactionId id : ids) {
            burst.then(new LogQuery.Abort(id), insertAbort(id, home, participants));
        }
        burst.then(LogQuery.HOME, LogSql.home(schema)).then(LogQuery.ROWS, LogSql.rows(schema, ids));
        return LogSql.marks(burst, schema, asked);
    }

    private String insertAbort(TransactionId id, NodeIdentity home, List<Participant> participants) {
        return "insert into " + Tables.in(schema, DECISION) + " (" + COLUMNS + ")\nselect '" + id
                + "', 'A', pg_current_xact_id(), '" + coordinator + "', " + columns(participants) + ", " + NOW
                + " from " + Tables.in(schema, NODE) + " where " + IDENTITY + " = '" + home + "' and " + LogSql.HERE
                + "\non conflict (" + GTRID + ") do nothing;\n";
    }

    /** What {@link #fence} has read or written is safe at the standby. */
    String commitDurably() {
        return Durability.BARRIER + "commit";
    }

    /** Takes a free lock on the home's session, in its transaction. An error does not fail the transaction. */
    String signOfLife(TransactionId id, int number) {
        return "savepoint pgxa;\nselect pg_catalog.pg_try_advisory_xact_lock('" + SignOfLife.key(id, number)
                + "'::pg_catalog.int8);\nrelease savepoint pgxa";
    }

    private static String columns(List<Participant> participants) {
        if (participants.size() == 1) {
            Participant only = participants.get(0);
            return "'{\"" + only.identity().text() + "\"}', '{\"" + only.xid() + "\"}', '{\"" + only.incarnation()
                    + "\"}'";
        }
        return array(participants, p -> p.identity().text()) + ", "
                + array(participants, p -> p.xid().toString()) + ", "
                + array(participants, Participant::incarnation);
    }

    /** A literal: the server reads it in half the time that an expression takes. */
    private static String array(List<Participant> participants, Function<Participant, String> value) {
        StringBuilder array = new StringBuilder(ELEMENT * participants.size()).append("'{");
        for (Participant participant : participants) {
            array.append(array.length() > 2 ? ",\"" : "\"")
                    .append(value.apply(participant))
                    .append('"');
        }
        return array.append("}'").toString();
    }
}
