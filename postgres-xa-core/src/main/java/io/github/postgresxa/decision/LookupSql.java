package io.github.postgresxa.decision;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.Burst;
import io.github.postgresxa.node.Durability;
import java.util.Collection;
import java.util.stream.Collectors;

/** The statements that look up decisions and marks, and change neither. */
final class LookupSql {

    private final String schema;

    /**
     * Creates the statements for one schema.
     *
     * @param schema a checked name
     */
    LookupSql(String schema) {
        this.schema = schema;
    }

    /** The database's identity and its mark. */
    Burst home() {
        return new Burst().then(LogQuery.HOME, LogSql.home(schema));
    }

    /** Reads without consequences: "no row" proves nothing. Rows first: each statement sees its own moment. */
    Burst read(Collection<TransactionId> ids) {
        return new Burst().then(LogQuery.ROWS, LogSql.rows(schema, ids)).then(LogQuery.HOME, LogSql.home(schema));
    }

    /**
     * Reads the sessions at work first, then the rows: the row of a transaction that ended in between is seen. A
     * transaction that holds the lock on its own xid has written and not ended; every role may see that, and the signs
     * of life. The marks come last: they cover each row that was deleted before rows were looked for.
     */
    Burst survey(Collection<TransactionId> ids, Collection<NodeIdentity> asked) {
        Burst burst = home().then(LogQuery.AT_WORK, atWork(ids)).then(LogQuery.ROWS, LogSql.rows(schema, ids));
        return LogSql.marks(burst, schema, asked);
    }

    private static String atWork(Collection<TransactionId> ids) {
        return """
                select case locktype when 'advisory' then '' else virtualtransaction end,
                       case locktype when 'advisory' then (classid::bigint << 32 | objid::bigint)::text \
                else transactionid::text end
                from pg_locks
                where granted and pid is not null and mode = 'ExclusiveLock' and (locktype = 'transactionid'
                   or locktype = 'advisory' and objsubid = 1 \
                and (classid::bigint << 24 | (objid::bigint >> 8)) in (%s));
                """.formatted(
                ids.stream().map(SignOfLife::prefix).map(String::valueOf).collect(Collectors.joining(", ")));
    }

    /** Reads marks, after rows were looked for. */
    Burst marks(Collection<NodeIdentity> asked) {
        return LogSql.marks(home(), schema, asked);
    }

    /** Reads rows in a writing transaction, so that no failover to the synchronous standby can lose what was read. */
    Burst confirm(Collection<TransactionId> ids) {
        return new Burst()
                .then(LogSql.BEGIN)
                .then(LogQuery.HOME, LogSql.home(schema))
                .then(LogQuery.ROWS, LogSql.rows(schema, ids))
                .then(Durability.BARRIER + "commit");
    }
}
