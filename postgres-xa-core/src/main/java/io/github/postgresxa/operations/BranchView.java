package io.github.postgresxa.operations;

import io.github.postgresxa.gid.Roster;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** What a server shows of one prepared branch, whoever prepared it: its locks, who waits for it, what VACUUM keeps. */
final class BranchView {

    /** The virtual transaction that holds the branch's own xid holds all its locks, and no process belongs to it. */
    private static final String HOLDER =
            "(select virtualtransaction from pg_locks where locktype = 'transactionid' and transactionid = '%1$s'"
                    + " and granted and pid is null limit 1)";

    private static final String LOCKS = """
            select locktype, mode, coalesce(relation::regclass::text, '')
            from pg_locks
            where granted and pid is null and virtualtransaction = %2$s
              and (database is null or database in (0, \
            (select oid from pg_database where datname = current_database())))
              and not (locktype = 'advisory' and objsubid = 2 and classid::bigint >> 16 = %3$d)
            order by locktype desc, 3, mode limit 50
            """;

    /**
     * The locks that a waiting session and the branch have in common: the end of the branch (a row was changed), or an
     * object.
     */
    private static final String WAITING = """
            select distinct a.pid, coalesce(a.usename, ''), coalesce(a.application_name, ''),
                   case w.locktype when 'transactionid' then 'row' else w.locktype end,
                   coalesce((extract(epoch from clock_timestamp() - w.waitstart) * 1000)::bigint, 0)
            from pg_locks h
            join pg_locks w on not w.granted and w.locktype = h.locktype
             and (w.database, w.relation, w.page, w.tuple, w.transactionid, w.classid, w.objid, w.objsubid)
                 is not distinct from (h.database, h.relation, h.page, h.tuple, h.transactionid, h.classid, h.objid, \
            h.objsubid)
            join pg_stat_activity a on a.pid = w.pid
            where h.granted and h.pid is null and h.virtualtransaction = %2$s
            order by 5 desc limit 50
            """;

    /** How old it is in transactions, and whether any transaction on the server is older. */
    private static final String VACUUM = """
            select age('%1$s'::xid),
                   age('%1$s'::xid) >= greatest(
                       (select max(age(transaction)) from pg_prepared_xacts),
                       (select max(age(backend_xmin)) from pg_stat_activity \
            where backend_xmin is not null and pid <> pg_backend_pid()),
                       (select max(age(xmin)) from pg_replication_slots where xmin is not null))
            """;

    private BranchView() {}

    /**
     * A branch as the server lists it.
     *
     * @param gid its name
     * @param owner the role that prepared it
     * @param age since then
     * @param xid its transaction id there, 32 bits
     */
    record Branch(String gid, String owner, Duration age, String xid) {}

    static BranchExplanation of(Wire wire, String node, Branch branch, String verdict) throws SQLException {
        String holder = HOLDER.formatted(branch.xid);
        List<HeldLock> locks = Rows.of(wire, LOCKS.formatted(branch.xid, holder, Roster.TAG)).stream()
                .map(row -> new HeldLock(Rows.text(row, 0), Rows.text(row, 1), Rows.text(row, 2)))
                .toList();
        List<WaitingSession> waiting = Rows.of(wire, WAITING.formatted(branch.xid, holder)).stream()
                .map(row -> new WaitingSession(
                        (int) Rows.number(row, 0),
                        Rows.text(row, 1),
                        Rows.text(row, 2),
                        Rows.text(row, 3),
                        Rows.millis(row, 4)))
                .toList();
        var vacuum = Rows.one(wire, VACUUM.formatted(branch.xid));
        return new BranchExplanation(
                node,
                branch.gid,
                branch.owner,
                branch.age,
                verdict,
                locks,
                waiting,
                Rows.number(vacuum, 0),
                Rows.yes(vacuum, 1));
    }
}
