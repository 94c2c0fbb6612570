package io.github.postgresxa.operations;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.prepared.PreparedBranch;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Queries all nodes for one transaction, and explains the answers in sentences. Changes nothing. */
final class Explainer {

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

    private final OperationsContext context;

    Explainer(OperationsContext context) {
        this.context = context;
    }

    TransactionSnapshot snapshot(TransactionId id) {
        NodeQueries.Answers<NodeSnapshot> seen = context.queries()
                .ask((node, wire) -> NodeSnapshot.of(node, wire, context.settings(), context.decisions(), id));
        return new TransactionSnapshot(id, seen.answers(), seen.unreachable());
    }

    Explanation explain(TransactionId id) {
        TransactionSnapshot found = snapshot(id);
        boolean returned = mayBeForgotten(found);
        NodeQueries.Answers<List<BranchExplanation>> details =
                context.queries().ask(found.holders(), (node, wire) -> explain(node, wire, found, returned));
        Map<String, String> unreachable = new LinkedHashMap<>(found.unreachable());
        unreachable.putAll(details.unreachable());
        return new Explanation(
                id,
                found.state(),
                found.homeName(),
                found.homeCandidates(),
                details.answers().values().stream().flatMap(List::stream).toList(),
                unreachable,
                context.records().of(found),
                returned
                        ? "In doubt: it may have been committed long ago, and come back with a restored disk or"
                                + " backup. Recovery does not touch it: compare the data of all nodes, then settle"
                                + " it by hand."
                        : summary(found));
    }

    /** {@return whether a branch came back with a restore, so that a missing decision may be a deleted one} */
    private boolean mayBeForgotten(TransactionSnapshot found) {
        if (found.state() != DecisionState.NONE || !found.hasBranches()) {
            return false;
        }
        return context.queries()
                .ask(
                        found.homeNode().stream().toList(),
                        (node, wire) -> found.mayBeForgotten(context.decisions()
                                .marks(wire, Objects.requireNonNull(found.home()), found.identities())))
                .answers()
                .containsValue(true);
    }

    private static List<BranchExplanation> explain(Node node, Wire wire, TransactionSnapshot found, boolean returned)
            throws SQLException {
        NodeSnapshot snapshot = Objects.requireNonNull(found.sightings().get(node));
        List<BranchExplanation> explained = new ArrayList<>();
        for (PreparedBranch branch : snapshot.branches()) {
            explained.add(explain(node.name(), wire, found, snapshot, branch, returned));
        }
        return explained;
    }

    private static BranchExplanation explain(
            String node,
            Wire wire,
            TransactionSnapshot found,
            NodeSnapshot snapshot,
            PreparedBranch branch,
            boolean returned)
            throws SQLException {
        String xid = branch.xid().lowerBits();
        String holder = HOLDER.formatted(xid);
        List<HeldLock> locks = Rows.of(wire, LOCKS.formatted(xid, holder)).stream()
                .map(row -> new HeldLock(Rows.text(row, 0), Rows.text(row, 1), Rows.text(row, 2)))
                .toList();
        List<WaitingSession> waiting = Rows.of(wire, WAITING.formatted(xid, holder)).stream()
                .map(row -> new WaitingSession(
                        (int) Rows.number(row, 0),
                        Rows.text(row, 1),
                        Rows.text(row, 2),
                        Rows.text(row, 3),
                        Rows.millis(row, 4)))
                .toList();
        var vacuum = Rows.one(wire, VACUUM.formatted(xid));
        return new BranchExplanation(
                node,
                branch.gid().text(),
                branch.owner(),
                branch.age(),
                verdict(found, snapshot, branch, returned),
                locks,
                waiting,
                Rows.number(vacuum, 0),
                Rows.yes(vacuum, 1));
    }

    private static String verdict(
            TransactionSnapshot found, NodeSnapshot snapshot, PreparedBranch branch, boolean returned) {
        if (!branch.gid().branch().equals(snapshot.identity())) {
            return "nobody's to settle here: its name belongs to another database, of which this one may be a copy";
        }
        return returned
                ? "left to you: a server that holds a branch went back in time (a restored disk or backup), and the"
                        + " decision may be deleted since, so it may have been committed long ago. Compare the data"
                        + " of all nodes first"
                : verdict(found, branch);
    }

    private static String verdict(TransactionSnapshot found, PreparedBranch branch) {
        Decision row = found.row();
        return switch (found.state()) {
            case UNKNOWN ->
                found.unreadable() != null
                        ? "in doubt: " + found.unreadable()
                        : "in doubt: only its home knows the decision, and that ('%s') %s"
                                .formatted(found.homeName(), found.noHome());
            case ROLLBACK -> "will be rolled back: decision A stands at '%s'".formatted(found.homeName());
            case COMMIT ->
                row != null && row.names(branch.gid().branch())
                        ? "will be committed: decision C at '%s' names it".formatted(found.homeName())
                        : "in doubt: decision C at '%s' does not name this branch, so it is no permission"
                                .formatted(found.homeName());
            case NONE ->
                branch.gid().manager() != null
                        ? "waits for a transaction manager: another resource takes part, and only that manager decides"
                        : ("will be fenced and rolled back by recovery, unless its coordinator decides before: no"
                                        + " decision stands at '%s'")
                                .formatted(found.homeName());
        };
    }

    /** A node that is down, and one that was not named, look the same: neither says which identity it has. */
    private static String unknownHome(TransactionSnapshot found) {
        return found.homeCandidates().isEmpty()
                ? ("In doubt: its home has the identity %s, and none of these nodes does. Name the missing node, too:"
                                + " the configuration of the application has them all. Settling it by hand without its"
                                + " home may leave the nodes in disagreement.")
                        .formatted(found.homeName())
                : ("In doubt until its home answers. Its home (identity %s) is none of the nodes that answer. Bring"
                                + " back what does not: %s; then recovery settles it. If that is not the home, name"
                                + " the missing node. Settling it by hand before may leave the nodes in disagreement.")
                        .formatted(found.homeName(), String.join(", ", found.homeCandidates()));
    }

    private String summary(TransactionSnapshot found) {
        if (!found.hasBranches()) {
            return withoutBranches(found);
        }
        String now = " Without one: " + context.next().recover();
        return switch (found.state()) {
            case COMMIT ->
                "Decided: commit. Recovery of any application that knows these nodes commits what is still prepared."
                        + now;
            case ROLLBACK ->
                "Decided: rollback. Recovery of any application that knows these nodes rolls back what is still"
                        + " prepared." + now;
            case UNKNOWN ->
                found.unreadable() != null
                        ? "In doubt: at its home '%s' %s.".formatted(found.homeName(), found.unreadable())
                        : found.homesAreTwins()
                                ? "In doubt: its home '%s' %s. Adopt the copy; then recovery settles it."
                                        .formatted(found.homeName(), found.noHome())
                                : unknownHome(found);
            case NONE ->
                found.managerDecides()
                        ? "Prepared, and the transaction manager of the application has not decided. Start that"
                                + " application; its recovery settles it."
                        : "Prepared, and not decided. If its coordinator is gone, recovery of any application that"
                                + " knows these nodes fences it and rolls it back." + now;
        };
    }

    private static String withoutBranches(TransactionSnapshot found) {
        String silent = found.unreachable().isEmpty()
                ? ""
                : " These nodes do not answer, and may show more: %s.".formatted(String.join(", ", found.silent()));
        return switch (found.state()) {
            case COMMIT ->
                "Decided: commit. None of the nodes that answered holds a prepared branch of it: it is carried out"
                        + " there." + silent;
            case ROLLBACK -> "Decided: rolled back. Nothing of it is prepared on the nodes that answered." + silent;
            case NONE, UNKNOWN ->
                found.unreadable() != null
                        ? "At '%s' %s.".formatted(found.homeName(), found.unreadable())
                        : "Nothing is known of it: it is still under way, left no decision (one writer, or rolled"
                                + " back before a decision), or its decision was deleted after the retention."
                                + silent;
        };
    }
}
