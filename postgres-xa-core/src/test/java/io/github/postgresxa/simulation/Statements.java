package io.github.postgresxa.simulation;

import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.node.Reply;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The effect of each statement of the protocol on a server. An unknown statement is an error of the simulation. */
final class Statements {

    private static final Pattern ID = Pattern.compile("'([0-9a-f]{8}-[0-9a-f-]{27})'");
    private static final Pattern IDENTITY = Pattern.compile("identity (?:=|operator\\(=\\)) '([0-9a-f]{16})'");
    private static final Pattern ARRAY = Pattern.compile("'\\{([^}]*)}'");
    private static final Pattern ELEMENT = Pattern.compile("\"([^\"]*)\"");
    private static final Pattern QUOTED = Pattern.compile("'([^']*)'");

    private final Backend session;
    private final Server server;
    private final Ledger ledger;
    private final ManagerStatements managers;

    Statements(Backend session, Server server, Ledger ledger) {
        this.session = session;
        this.server = server;
        this.ledger = ledger;
        this.managers = new ManagerStatements(session, server);
    }

    /** {@return false if the statement has to wait} */
    boolean execute(Message message) throws SQLException {
        String sql = message.statements[message.next];
        Work open = session.work;
        if (open != null && open.failed && !isEnd(sql)) {
            throw new SQLException("current transaction is aborted", "25P02");
        }
        if (sql.contains("pgxa.manager")) {
            return managers.execute(message, sql);
        } else if (sql.startsWith("insert into")) {
            return insert(message, sql);
        } else if (sql.startsWith("with gone as")) {
            return forget(message, sql);
        } else if (sql.startsWith("delete from")) {
            return forgetFences(message, sql);
        } else if (sql.startsWith("prepare transaction")) {
            prepare(message, quoted(sql));
        } else if (sql.startsWith("COMMIT PREPARED")) {
            finish(message, LogRecord.Kind.COMMIT_PREPARED, quoted(sql), "COMMIT PREPARED");
        } else if (sql.startsWith("ROLLBACK PREPARED")) {
            finish(message, LogRecord.Kind.ROLLBACK_PREPARED, quoted(sql), "ROLLBACK PREPARED");
        } else if (sql.equals("commit")) {
            commit(message);
        } else if (sql.equals("rollback")) {
            session.endWork();
            message.tags.add("ROLLBACK");
        } else if (sql.startsWith("select") || sql.startsWith("with held as")) {
            select(message, sql);
        } else {
            other(message, sql);
        }
        return true;
    }

    private static boolean isEnd(String sql) {
        return sql.equals("commit") || sql.equals("rollback") || sql.startsWith("prepare transaction");
    }

    private static String quoted(String sql) {
        Matcher matcher = QUOTED.matcher(sql);
        if (!matcher.find()) {
            throw new IllegalStateException("no name in " + sql);
        }
        return matcher.group(1);
    }

    private void other(Message message, String sql) throws SQLException {
        if (sql.startsWith("begin")) {
            session.begin();
            message.tags.add("BEGIN");
        } else if (sql.startsWith("savepoint")) {
            session.transaction();
            message.tags.add("SAVEPOINT");
        } else if (sql.startsWith("set constraints all immediate")) {
            if (session.transaction().deferredFailure) {
                throw new SQLException("a deferred constraint is violated", "23503");
            }
            message.tags.add("SET CONSTRAINTS");
        } else if (sql.startsWith("set ")) {
            if (sql.contains("lock_timeout")) {
                session.transaction().lockTimeout = true;
            } else if (sql.contains("synchronous_commit = on")) {
                session.transaction().durable = true;
            } else if (sql.contains("synchronous_commit = off")) {
                session.transaction().durable = false;
            }
            message.tags.add("SET");
        } else if (sql.startsWith("work ")) {
            work(message, sql.split(" "));
        } else {
            throw new IllegalStateException("the simulated server does not know: " + sql);
        }
    }

    /** The application's statements: {@code work <how> <transaction>}. */
    private void work(Message message, String[] words) throws SQLException {
        Work open = session.transaction();
        switch (words[1]) {
            case "write" -> {
                server.assign(open);
                open.effects.add(new Effect.Leg(words[2]));
            }
            case "defer" -> {
                server.assign(open);
                open.effects.add(new Effect.Leg(words[2]));
                open.deferredFailure = true;
            }
            case "look" -> {
                ledger.read(server, words[2]);
                message.tags.add("SELECT 1");
                return;
            }
            case "fail" -> throw new SQLException("check constraint violated", "23514");
            default -> {
                message.tags.add("SELECT 0");
                return;
            }
        }
        message.tags.add("UPDATE 1");
    }

    private void prepare(Message message, String gid) throws SQLException {
        Work open = session.transaction();
        if (open.failed) {
            session.endWork();
            message.tags.add("ROLLBACK");
            return;
        }
        long xid = server.assign(open);
        LogRecord entry = new LogRecord(LogRecord.Kind.PREPARE, xid, gid, List.copyOf(open.effects));
        session.write(entry, "PREPARE TRANSACTION", true, message);
    }

    private void finish(Message message, LogRecord.Kind kind, String gid, String tag) throws SQLException {
        LogRecord prepared = server.data.prepared.get(gid);
        if (prepared == null) {
            throw new SQLException("prepared transaction with identifier \"" + gid + "\" does not exist", "42704");
        }
        if (server.busy.contains(gid)) {
            throw new SQLException("prepared transaction with identifier \"" + gid + "\" is busy", "55000");
        }
        session.write(new LogRecord(kind, prepared.xid(), gid, prepared.effects()), tag, true, message);
    }

    private void commit(Message message) {
        Work open = session.work;
        if (open == null) {
            // With a warning.
            message.tags.add("COMMIT");
        } else if (open.failed) {
            session.endWork();
            message.tags.add("ROLLBACK");
        } else if (open.xid == null) {
            session.endWork();
            message.tags.add("COMMIT");
        } else {
            ledger.committing(server, open);
            session.write(
                    new LogRecord(LogRecord.Kind.COMMIT, open.xid, "", List.copyOf(open.effects)),
                    "COMMIT",
                    open.durable,
                    message);
        }
    }

    void shown(LogRecord entry) {
        ledger.shown(server, entry);
    }

    // ---- the decision table

    private boolean insert(Message message, String sql) throws SQLException {
        Work open = session.transaction();
        String gtrid = first(ID, sql);
        boolean ours = !IDENTITY.matcher(sql).find() || server.identity.equals(first(IDENTITY, sql));
        boolean fence = sql.contains("'A'");
        if (!ours && fence) {
            message.tags.add("INSERT 0 0");
            return true;
        }
        boolean assigns = sql.contains("pg_current_xact_id()");
        Long xid = !ours ? null : assigns ? Long.valueOf(server.assign(open)) : open.xid;
        if (xid == null && !fence && sql.contains("xid")) {
            throw new SQLException("null value in column \"xid\"", "23502");
        }
        if (others().anyMatch(w -> w.inserts(gtrid) || w.deletes(gtrid))) {
            // Waits until that transaction has ended.
            return false;
        }
        server.assign(open);
        if (server.data.decisions.containsKey(gtrid) && !open.deletes(gtrid)) {
            if (sql.contains("on conflict")) {
                message.tags.add("INSERT 0 0");
                return true;
            }
            throw new SQLException("duplicate key value violates unique constraint", "23505");
        }
        List<List<String>> arrays = arrays(sql);
        open.effects.add(
                new Effect.Insert(new Row(gtrid, fence ? "A" : "C", xid, arrays.get(0), arrays.get(1), arrays.get(2))));
        message.tags.add("INSERT 0 1");
        return true;
    }

    private boolean forget(Message message, String sql) throws SQLException {
        Work open = session.transaction();
        List<Row> gone = new ArrayList<>();
        Matcher ids = ID.matcher(sql);
        while (ids.find()) {
            String gtrid = ids.group(1);
            if (others().anyMatch(w -> w.deletes(gtrid))) {
                return false;
            }
            Row row = server.data.decisions.get(gtrid);
            boolean old =
                    row != null && (row.isCommit() || !sql.contains("pg_snapshot_xmin") || xid(row) < server.xmin());
            if (row != null && old && server.identity.equals(first(IDENTITY, sql.replace("n.identity", "identity")))) {
                gone.add(row);
            }
        }
        List<Long> xids = gone.stream()
                .filter(Row::isCommit)
                .map(Statements::xid)
                .sorted()
                .toList();
        boolean descending = sql.contains("order by xid desc limit 1");
        long highest = xids.isEmpty() ? 0 : xids.get(descending ? xids.size() - 1 : 0);
        Long mark = server.data.mark;
        boolean raises = highest > 0 && (mark == null || mark < highest || !sql.contains("n.mark < h.xid"));
        if (raises && others().anyMatch(Work::marks)) {
            return false;
        }
        if (!gone.isEmpty()) {
            server.assign(open);
        }
        gone.forEach(row -> open.effects.add(new Effect.Delete(row)));
        if (raises) {
            open.effects.add(new Effect.Mark(highest));
        }
        message.tags.add("UPDATE " + (raises ? 1 : 0));
        return true;
    }

    /** A statement alone is its own transaction. */
    private boolean forgetFences(Message message, String sql) {
        session.begin();
        Work own = Objects.requireNonNull(session.work);
        boolean waitsForOld = sql.contains("pg_snapshot_xmin");
        for (Row row : server.data.decisions.values()) {
            if (!row.isCommit()
                    && row.participants().isEmpty()
                    && (!waitsForOld || xid(row) < server.xmin())
                    && others().noneMatch(w -> w.deletes(row.gtrid()))) {
                own.effects.add(new Effect.Delete(row));
            }
        }
        if (own.effects.isEmpty()) {
            session.endWork();
            message.tags.add("DELETE 0");
        } else {
            long xid = server.assign(own);
            session.write(
                    new LogRecord(LogRecord.Kind.COMMIT, xid, "", List.copyOf(own.effects)),
                    "DELETE " + own.effects.size(),
                    own.durable,
                    message);
        }
        return true;
    }

    private static long xid(Row row) {
        Long xid = row.xid();
        return xid == null ? 0 : xid;
    }

    private Stream<Work> others() {
        Work own = session.work;
        return server.running.stream().filter(w -> w != own);
    }

    // ---- questions

    private void select(Message message, String sql) throws SQLException {
        List<List<@Nullable String>> rows = new ArrayList<>();
        if (sql.startsWith("select set_config('synchronous_commit'")) {
            raise(rows, sql.contains("true"));
        } else if (sql.startsWith("select set_config(")) {
            // The role.
            row(rows, "none");
        } else if (sql.startsWith("select pg_advisory_xact_lock_shared(")) {
            lock(sql);
            row(rows, "");
        } else if (sql.startsWith("with held as")) {
            locks(rows);
        } else if (sql.startsWith("select pg_current_xact_id()")) {
            row(rows, Long.toString(server.assign(session.transaction())));
        } else if (sql.startsWith("select pg_current_xact_id_if_assigned(),")) {
            Long xid = session.transaction().xid;
            row(rows, xid == null ? null : xid.toString(), "read committed", "f");
        } else if (sql.startsWith("select identity, mark")) {
            Long mark = server.data.mark;
            row(rows, server.identity, mark == null ? null : mark.toString());
        } else if (sql.startsWith("select identity, system_identifier")) {
            row(rows, server.identity, "t", "1", "1", "1", "1", "then");
        } else if (sql.startsWith("select version from")) {
            row(rows, Integer.toString(DecisionSchema.VERSION));
        } else if (sql.startsWith("select identity")) {
            row(rows, server.identity);
        } else if (sql.startsWith("select to_regclass")) {
            row(rows, "t");
        } else if (sql.startsWith("select pg_logical_emit_message")) {
            server.assign(session.transaction());
            row(rows, "0/0");
        } else if (sql.startsWith("select current_setting('server_version')")) {
            row(rows, "18.6", "100", "t", server.identity, server.timeline(), "1", "on");
        } else if (sql.startsWith("select a.identity, p.mark")) {
            Matcher asked = QUOTED.matcher(sql.substring(sql.indexOf("array["), sql.indexOf("]")));
            while (asked.find()) {
                Long mark = server.data.marks.get(asked.group(1));
                row(rows, asked.group(1), mark == null ? null : mark.toString(), null);
            }
        } else if (sql.startsWith("select (select string_agg(x::text, ',') from pg_snapshot_xip")) {
            String running = server.runningXids().stream().map(String::valueOf).collect(Collectors.joining(","));
            row(rows, running.isEmpty() ? null : running, Long.toString(server.xmax()));
        } else if (sql.startsWith("select gtrid")) {
            decisions(rows, sql);
        } else if (sql.startsWith("select gid")) {
            boolean check = sql.startsWith("select gid, transaction from");
            server.data.prepared.forEach((gid, branch) -> {
                if (check) {
                    row(rows, gid, Long.toString(branch.xid()));
                } else {
                    row(rows, gid, "bank", "0", Long.toString(branch.xid()), Long.toString(server.xmax()));
                }
            });
        } else if (sql.startsWith("select case locktype when 'advisory'")) {
            server.running.forEach(w -> {
                if (w.xid != null) {
                    row(rows, "v" + w.xid, w.xid.toString());
                }
            });
        } else if (sql.startsWith("select distinct p, i")) {
            server.data.decisions.values().stream().filter(Row::isCommit).forEach(r -> {
                for (int i = 0; i < r.participants().size(); i++) {
                    row(rows, r.participants().get(i), r.incarnations().get(i));
                }
            });
        } else if (sql.startsWith("select pg_relation_size(")) {
            row(rows, "1");
        } else if (sql.startsWith("select pg_is_in_recovery(), ")) {
            row(rows, "f", server.flushed() + " " + server.xmax());
        } else if (sql.startsWith("select 1 / (select count(*) from pg_prepared_xacts where gid =")) {
            if (!server.data.prepared.containsKey(quoted(sql))) {
                throw new SQLException("division by zero", "22012");
            }
            row(rows, "1");
        } else if (sql.startsWith("select count(*) from pg_prepared_xacts")) {
            row(rows, "0");
        } else if (sql.startsWith("select x, case")) {
            Matcher xids = QUOTED.matcher(sql.substring(sql.indexOf("array[")));
            while (xids.find()) {
                row(rows, xids.group(1), server.status(Long.parseLong(xids.group(1))));
            }
        } else if (sql.startsWith("select pg_terminate_backend")) {
            // The schedule ends hanging sessions by itself.
            row(rows, "t");
        } else {
            throw new IllegalStateException("the simulated server does not know: " + sql);
        }
        message.results.add(new Reply.Result(message.tags.size(), rows));
        message.tags.add("SELECT " + rows.size());
    }

    private void raise(List<List<@Nullable String>> rows, boolean forTransaction) throws SQLException {
        Work open = session.work;
        boolean low = open == null ? !session.durable : !open.durable;
        if (!low) {
            return;
        }
        if (forTransaction) {
            session.transaction().durable = true;
        } else {
            session.durable = true;
        }
        row(rows, "on");
    }

    private void lock(String sql) throws SQLException {
        Matcher keys = QUOTED.matcher(sql);
        while (keys.find()) {
            long first = Integer.toUnsignedLong(Integer.parseInt(keys.group(1)));
            keys.find();
            session.transaction()
                    .effects
                    .add(new Effect.Lock(first, Integer.toUnsignedLong(Integer.parseInt(keys.group(1)))));
        }
    }

    private void locks(List<List<@Nullable String>> rows) {
        server.data.prepared.forEach((gid, branch) -> {
            if (gid.startsWith("pgxa/2/")) {
                branch.effects().forEach(e -> {
                    if (e instanceof Effect.Lock lock) {
                        row(rows, gid, Long.toString(lock.first()), Long.toString(lock.second()));
                    }
                });
            }
        });
    }

    private void decisions(List<List<@Nullable String>> rows, String sql) {
        Map<String, Row> visible = new TreeMap<>(server.data.decisions);
        Work own = session.work;
        if (own != null) {
            own.effects.forEach(e -> {
                if (e instanceof Effect.Insert insert) {
                    visible.put(insert.row().gtrid(), insert.row());
                }
            });
        }
        if (sql.contains("gtrid in (")) {
            Collection<String> wanted = new ArrayList<>();
            Matcher ids = ID.matcher(sql);
            while (ids.find()) {
                wanted.add(ids.group(1));
            }
            visible.keySet().retainAll(wanted);
        } else if (sql.contains("participant_incarnations[")) {
            String participant = first(Pattern.compile("participants, '([0-9a-f]{16})'"), sql);
            String incarnation = first(Pattern.compile("not in \\('([^']*)'"), sql);
            visible.values().removeIf(r -> {
                int at = r.participants().indexOf(participant);
                return !r.isCommit()
                        || at < 0
                        || sameIncarnation(r.incarnations().get(at), incarnation);
            });
        } else {
            visible.values().removeIf(r -> !r.isCommit() && r.participants().isEmpty());
        }
        boolean dated = sql.contains("decided_at::text");
        visible.values().forEach(r -> rows.add(dated ? r.columns("then") : r.columns()));
    }

    /** The log removes from an incarnation whatever could end the literal. */
    private static boolean sameIncarnation(String written, String asked) {
        return written.replaceAll("[^0-9A-F:]", "").equals(asked);
    }

    private static void row(List<List<@Nullable String>> rows, @Nullable String... columns) {
        rows.add(Arrays.asList(columns));
    }

    private static String first(Pattern pattern, String sql) {
        Matcher matcher = pattern.matcher(sql);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static List<List<String>> arrays(String sql) {
        List<List<String>> arrays = new ArrayList<>();
        Matcher matcher = ARRAY.matcher(sql);
        while (matcher.find()) {
            List<String> values = new ArrayList<>();
            Matcher value = ELEMENT.matcher(matcher.group(1));
            while (value.find()) {
                values.add(value.group(1));
            }
            arrays.add(values);
        }
        return arrays;
    }
}
