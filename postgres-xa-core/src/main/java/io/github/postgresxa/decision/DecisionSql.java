package io.github.postgresxa.decision;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.node.DefaultRole;
import io.github.postgresxa.node.Durability;
import io.github.postgresxa.node.Session;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The text of every statement on the decision log. Only our own identifiers are inserted: their types admit only
 * hexadecimal digits, numbers, and one name that is reduced to harmless characters.
 */
final class DecisionSql {

    /** A separate transaction, as durable as it has to be. */
    private static final String BEGIN = "begin isolation level read committed read write;\n" + Durability.RAISE;

    /** What {@link #marks} returns: no other query on the log has so many columns. */
    static final int MARK_COLUMNS = 5;

    private static final String OWN_XID = "pg_catalog.pg_current_xact_id_if_assigned()";

    private static final String SERVER = "(select system_identifier from pg_catalog.pg_control_system())";

    private static final String DATABASE = "(select oid from pg_catalog.pg_database"
            + " where datname operator(pg_catalog.=) pg_catalog.current_database())";

    /**
     * Whether this database is the one that its identity belongs to: not true in a copy. Every statement that reads the
     * identity, to answer or to decide for it, has this condition.
     */
    static final String HERE = "system_identifier operator(pg_catalog.=) " + SERVER
            + " and database_oid operator(pg_catalog.=) " + DATABASE;

    private static final String COLUMNS =
            "gtrid, outcome, xid, coordinator, participants, participant_xids, participant_incarnations, decided_at";

    /**
     * The retention counts from the decision. The column's old default is the begin of the transaction, which may be
     * long before.
     */
    private static final String DECIDED_AT = "pg_catalog.clock_timestamp()";

    private final String schema;
    private final String coordinator;
    private final String insertCommit;

    /**
     * Creates the statements for one schema.
     *
     * @param schema a checked name
     * @param coordinator the name shown in rows
     */
    DecisionSql(String schema, String coordinator) {
        this.schema = schema;
        this.coordinator = coordinator.replaceAll("[^A-Za-z0-9_.:@ -]", "_");
        this.insertCommit = "insert into " + schema + ".decision (" + COLUMNS + ")\nvalues ('";
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
        return DefaultRole.ENTER
                + insertCommit(id, participants, xid)
                + DefaultRole.LEAVE
                + Durability.SURE_ANSWER
                + home.raise()
                + "commit";
    }

    /**
     * Writes C for a subordinate. The manager has decided and the home is prepared like all others, so the row has a
     * separate transaction.
     */
    String record(TransactionId id, NodeIdentity home, List<Participant> participants) {
        return BEGIN + insertCommit(id, participants, xidOf(home, "pg_current_xact_id()")) + "commit";
    }

    /** The xid, or NULL in any other database. */
    private String xidOf(@Nullable NodeIdentity home, String xid) {
        return "(select " + xid + " from " + schema + ".node where identity operator(pg_catalog.=) '" + home + "' and "
                + HERE + ")";
    }

    private String insertCommit(TransactionId id, List<Participant> participants, String xid) {
        return insertCommit + id + "', 'C', " + xid + ", '" + coordinator + "', " + columns(participants) + ", "
                + DECIDED_AT + ");\n";
    }

    /**
     * Inserts A unless a row exists, then reads the row that exists, for one transaction or for several. Waits for a
     * home that is committing now: a single fence for most of a commit's time, each of several only for a moment. The
     * transaction stays open and holds the keys until the caller has its proof; the server terminates a caller that
     * stalls in between. The marks come last: they cover each row that was deleted before the key was held.
     */
    String fence(
            List<TransactionId> ids,
            NodeIdentity home,
            List<Participant> participants,
            Collection<NodeIdentity> asked) {
        return BEGIN
                + "set local lock_timeout = '%s';\nset local idle_in_transaction_session_timeout = '5s';\n"
                        .formatted(ids.size() == 1 ? "2s" : "50ms")
                + ids.stream().map(id -> insertAbort(id, home, participants)).collect(Collectors.joining())
                + who()
                + rows(ids)
                + marks(asked);
    }

    private String insertAbort(TransactionId id, NodeIdentity home, List<Participant> participants) {
        return """
                insert into %s.decision (%s)
                select '%s', 'A', pg_current_xact_id(), '%s', %s, %s from %1$s.node where identity = '%s' and %s
                on conflict (gtrid) do nothing;
                """.formatted(schema, COLUMNS, id, coordinator, columns(participants), DECIDED_AT, home, HERE);
    }

    /** What {@link #fence} has read or written is safe at the standby. */
    String stand() {
        return Durability.BARRIER + "commit";
    }

    /** Reads without consequences: "no row" proves nothing. Rows first: each statement sees its own moment. */
    String read(Collection<TransactionId> ids) {
        return rows(ids) + who();
    }

    /**
     * Reads the sessions at work first, then the rows: the row of a transaction that ended in between is seen. A
     * transaction that holds the lock on its own xid has written and not ended; every role may see that, and the signs
     * of life. The marks come last: they cover each row that was deleted before rows were looked for.
     */
    String survey(Collection<TransactionId> ids, Collection<NodeIdentity> asked) {
        return who()
                + """
                select case locktype when 'advisory' then '' else virtualtransaction end,
                       case locktype when 'advisory' then (classid::bigint << 32 | objid::bigint)::text \
                else transactionid::text end, pid
                from pg_locks
                where granted and pid is not null and mode = 'ExclusiveLock' and (locktype = 'transactionid'
                   or locktype = 'advisory' and objsubid = 1 \
                and (classid::bigint << 24 | (objid::bigint >> 8)) in (%s));
                """.formatted(ids.stream()
                        .map(SignOfLife::prefix)
                        .map(String::valueOf)
                        .collect(Collectors.joining(", ")))
                + rows(ids)
                + marks(asked);
    }

    /** Takes a free lock on the home's session, in its transaction. An error does not fail the transaction. */
    String signOfLife(TransactionId id, int number) {
        return "savepoint pgxa;\nselect pg_catalog.pg_try_advisory_xact_lock('" + SignOfLife.key(id, number)
                + "'::pg_catalog.int8);\nrelease savepoint pgxa";
    }

    /**
     * The marks of participants, and how long the home has kept them, in milliseconds; NULL if they are as old as its
     * deletions.
     */
    String marks(Collection<NodeIdentity> asked) {
        String identities = asked.stream().map(i -> "'" + i + "'").collect(Collectors.joining(", "));
        return asked.isEmpty() ? "" : """
                select a.identity, p.mark, (extract(epoch from clock_timestamp() - n.marks_since) * 1000)::bigint, \
                '', ''
                from %1$s.node n cross join unnest(array[%2$s]::text[]) as a(identity)
                left join %1$s.participant p on p.identity = a.identity
                where %3$s;
                """.formatted(schema, identities, HERE);
    }

    /** Reads rows in a writing transaction, so that no failover to the synchronous standby can lose what was read. */
    String confirm(Collection<TransactionId> ids) {
        return BEGIN + who() + rows(ids) + Durability.BARRIER + "commit";
    }

    /** The database's identity and its mark; nothing in a copy. */
    String who() {
        return "select identity, mark from %s.node where %s;\n".formatted(schema, HERE);
    }

    private String rows(Collection<TransactionId> ids) {
        return select("''") + "where gtrid in (%s);\n".formatted(quoted(ids));
    }

    private String select(String last) {
        return """
                select gtrid, outcome, array_to_string(participants, ',', '%1$s'), \
                array_to_string(participant_xids, ',', '%1$s'),
                       array_to_string(participant_incarnations, ',', '%1$s'), %2$s
                from %3$s.decision
                """.formatted(DecisionRow.NULL_ELEMENT, last, schema);
    }

    /**
     * Old rows that need an answer from participants, or no answer at all: C rows, and A rows that name participants.
     * Oldest first. The order names the table; otherwise it would use the selected text of the same name, which no
     * index sorts. Many rows may have the same moment, so a page ends at a row and not at a moment.
     *
     * @param after the moment and key of the last row of the page before, as a row of SQL; empty for the first page
     */
    String expired(Duration retention, String after, int limit) {
        String later = after.isEmpty() ? "" : " and (decision.decided_at, decision.gtrid) > " + after;
        return who()
                + select("decided_at::text")
                + ("where (outcome = 'C' or participants <> '{}')"
                                + " and decided_at < now() - interval '%d milliseconds'%s"
                                + " order by decision.decided_at, decision.gtrid limit %d")
                        .formatted(retention.toMillis(), later, limit);
    }

    /** The incarnations of participants that the C rows name, in one range of the table; and how long the table is. */
    String incarnations(long block, long blocks) {
        return who()
                + length()
                + ("select distinct p, i, '', '' from %s.decision,"
                                + " unnest(participants, participant_incarnations) as named(p, i)"
                                + " where outcome = 'C' and %s")
                        .formatted(schema, range(block, blocks));
    }

    /**
     * C rows that name a node in another incarnation than its present one, in one range of the table; and how long the
     * table is.
     */
    String ofOtherIncarnations(NodeIdentity participant, String incarnation, long block, long blocks) {
        return who()
                + length()
                + select("''")
                + ("where outcome = 'C'"
                                + " and participant_incarnations[array_position(participants, '%s')]"
                                + " not in ('%s', '%s') and %s")
                        .formatted(
                                participant,
                                incarnation.replaceAll("[^0-9A-F:]", ""),
                                Participant.UNKNOWN_INCARNATION,
                                range(block, blocks));
    }

    /** No index helps here, so all rows are read, in their order on the disk. Ranges keep each statement short. */
    private static String range(long block, long blocks) {
        return "ctid >= '(%d,0)' and ctid < '(%d,0)'".formatted(block, block + blocks);
    }

    private String length() {
        return "select pg_relation_size('%s.decision') / current_setting('block_size')::bigint;\n".formatted(schema);
    }

    /**
     * Deletes decisions that were carried out everywhere, and raises the mark in the same transaction. An A row must
     * also have outlived every transaction that ran when it was written: until then a late decision could still find
     * the table empty.
     */
    String forget(NodeIdentity home, Collection<TransactionId> ids) {
        return BEGIN + """
                with gone as (
                    delete from %1$s.decision d
                    using %1$s.node n
                    where n.identity = '%2$s' and %4$s and d.gtrid in (%3$s)
                      and (d.outcome = 'C' or d.xid < (select pg_snapshot_xmin(pg_current_snapshot())))
                    returning d.outcome, d.xid
                ), highest as (select xid from gone where outcome = 'C' order by xid desc limit 1)
                update %1$s.node n set mark = h.xid from highest h
                where n.mark is null or n.mark < h.xid;
                commit""".formatted(schema, home, quoted(ids), HERE);
    }

    /** Deletes fences that no process can need any more. A fence names no participants. */
    String forgetFences(NodeIdentity home, Duration retention) {
        return """
                delete from %1$s.decision d
                using %1$s.node n
                where n.identity = '%2$s' and %4$s and d.outcome = 'A' and d.participants = '{}'
                  and d.participant_xids = '{}' and d.participant_incarnations = '{}'
                  and d.decided_at < now() - interval '%3$d milliseconds'
                  and d.xid < (select pg_snapshot_xmin(pg_current_snapshot()))
                """.formatted(schema, home, retention.toMillis(), HERE);
    }

    String identityQuery() {
        return "select identity from %s.node where %s;\n".formatted(schema, HERE);
    }

    /** The identity of the database, whether it belongs here, and if not, where. */
    String identity() {
        return ("select identity, %s, system_identifier, database_oid, %s, %s, pg_catalog.pg_postmaster_start_time()"
                        + " from %s.node")
                .formatted(HERE, SERVER, DATABASE, schema);
    }

    /** Makes a new identity, as the DDL does. The transaction stays open. */
    String newIdentity(DatabaseLocation seen) {
        return adopt(
                seen,
                "identity = (select left(u, 12) || right(u, 4)"
                        + " from (select replace(gen_random_uuid()::text, '-', '') as u) random),"
                        + " mark = null, marks_since = null, ");
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
        return ("update %s.decision set xid = pg_current_xact_id() where outcome = 'A'"
                        + " and xid >= pg_snapshot_xmax(pg_current_snapshot());\n")
                .formatted(schema);
    }

    /** Changes the identity only if it is what was seen. */
    private String adopt(DatabaseLocation seen, String change) {
        DatabaseLocation.Spot stored = seen.stored();
        return BEGIN
                + """
                select pg_advisory_xact_lock(hashtext('postgres-xa schema'));
                update %s.node set %ssystem_identifier = %s, database_oid = %s
                where identity = '%s' and system_identifier is not distinct from %s \
                and database_oid is not distinct from %s;
                """.formatted(
                                schema,
                                change,
                                SERVER,
                                DATABASE,
                                seen.identity(),
                                stored == null ? "null" : Long.parseLong(stored.server()),
                                stored == null ? "null" : Long.parseLong(stored.database()));
    }

    /** Deletes what a copy has of its original's log. */
    String emptied() {
        return "delete from %1$s.decision;\ndelete from %1$s.participant;\n".formatted(schema);
    }

    String version() {
        return "select version from %s.node".formatted(schema);
    }

    String exists() {
        return "select pg_catalog.to_regclass('%s.node') is not null".formatted(schema);
    }

    private static String quoted(Collection<TransactionId> ids) {
        return ids.stream().map(id -> "'" + id + "'").collect(Collectors.joining(", "));
    }

    private static String columns(List<Participant> participants) {
        return array(participants, p -> p.identity().text()) + ", "
                + array(participants, p -> Long.toUnsignedString(p.xid())) + ", "
                + array(participants, Participant::incarnation);
    }

    /** A literal: the server reads it in half the time that an expression takes. */
    private static String array(List<Participant> participants, Function<Participant, String> value) {
        StringBuilder array = new StringBuilder("'{");
        for (Participant participant : participants) {
            array.append(array.length() > 2 ? ",\"" : "\"")
                    .append(value.apply(participant))
                    .append('"');
        }
        return array.append("}'").toString();
    }
}
