package io.github.postgresxa.prepared;

import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.Roster;
import io.github.postgresxa.node.Reply;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the rosters of subordinate branches: which nodes their transactions have. */
public final class Rosters {

    /**
     * The locks are read once: a branch and its locks go together. A prepared transaction is found by the lock on its
     * own xid. A moment after PREPARE TRANSACTION the locks may still belong to the session, under the same number.
     */
    private static final String QUESTION = """
            with held as materialized (
                select locktype, transactionid, classid::bigint as k1, objid::bigint as k2, virtualtransaction
                from pg_locks
                where granted and (locktype = 'transactionid' and mode = 'ExclusiveLock'
                   or locktype = 'advisory' and mode = 'ShareLock' and objsubid = 2
                      and classid::bigint >> 16 = %d
                      and database = (select oid from pg_database where datname = current_database())))
            select p.gid, shown.k1, shown.k2
            from pg_prepared_xacts p
            join held own on own.locktype = 'transactionid' and own.transactionid = p.transaction
            left join held shown on shown.locktype = 'advisory' and shown.virtualtransaction = own.virtualtransaction
            where p.gid like 'pgxa/2/%%' and p.database = current_database()
            """.formatted(Roster.TAG);

    private Rosters() {}

    /**
     * Reads the rosters of a database.
     *
     * @param wire a wire to it
     * @return the roster of each subordinate branch that is prepared there
     * @throws SQLException if the node did not answer
     */
    public static Map<Gid, Roster> read(Wire wire) throws SQLException {
        Reply reply = wire.send(QUESTION).orThrow();
        Map<Gid, List<Roster.Key>> locks = new HashMap<>();
        for (List<@Nullable String> row : reply.rows()) {
            Gid.ours(String.valueOf(row.get(0))).ifPresent(gid -> {
                List<Roster.Key> keys = locks.computeIfAbsent(gid, g -> new ArrayList<>());
                String first = row.get(1);
                if (first != null) {
                    keys.add(new Roster.Key(Long.parseLong(first), Long.parseLong(String.valueOf(row.get(2)))));
                }
            });
        }
        Map<Gid, Roster> rosters = new HashMap<>();
        locks.forEach((gid, keys) -> rosters.put(gid, Roster.read(gid, keys)));
        return rosters;
    }
}
