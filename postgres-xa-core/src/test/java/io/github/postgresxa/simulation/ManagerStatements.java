package io.github.postgresxa.simulation;

import io.github.postgresxa.node.Reply;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The effect of the statements on transaction managers and on what they decide. */
final class ManagerStatements {

    private static final Pattern QUOTED = Pattern.compile("'([^']*)'");
    private static final Pattern IDENTITY = Pattern.compile("n\\.identity operator\\(=\\) '([0-9a-f]{16})'");
    private static final Pattern REGISTRATION = Pattern.compile("::int8 = '([0-9]+)'");
    private static final Pattern AGE = Pattern.compile("interval '([0-9]+) seconds'");
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Backend session;
    private final Server server;

    ManagerStatements(Backend session, Server server) {
        this.session = session;
        this.server = server;
    }

    /** {@return false if the statement has to wait} */
    boolean execute(Message message, String sql) throws SQLException {
        if (sql.startsWith("insert into pgxa.manager as")) {
            return register(message, sql);
        } else if (sql.startsWith("insert into pgxa.manager_decision")) {
            return settle(message, sql);
        } else if (sql.startsWith("update pgxa.manager m set seen_at")) {
            return showLife(message, sql);
        } else if (sql.startsWith("update pgxa.manager_decision d set ended_at")) {
            return end(message, sql);
        } else if (sql.startsWith("delete from pgxa.manager_decision d using")) {
            long before = before(sql);
            return delete(message, row -> row.endedAt() != 0 && row.endedAt() < before && isHere(row.manager()));
        } else if (sql.startsWith("with old as materialized")) {
            return expire(message, sql);
        } else if (sql.startsWith("select outcome from pgxa.manager_decision")) {
            String gtrid = quoted(sql).get(0);
            ManagerDecision row = decisions().get(gtrid);
            answer(message, "SELECT", row == null ? List.of() : List.of(List.of(row.outcome())));
            return true;
        } else if (sql.startsWith("select m.name")) {
            silence(message, sql);
            return true;
        }
        throw new IllegalStateException("the simulated server does not know: " + sql);
    }

    private static List<String> quoted(String sql) {
        List<String> values = new ArrayList<>();
        Matcher matcher = QUOTED.matcher(sql);
        while (matcher.find()) {
            values.add(matcher.group(1));
        }
        return values;
    }

    private boolean isAt(String sql) {
        Matcher matcher = IDENTITY.matcher(sql);
        return matcher.find() && matcher.group(1).equals(server.identity) && !sql.contains(" and false");
    }

    private static void answer(Message message, String verb, List<List<@Nullable String>> rows) {
        message.results.add(new Reply.Result(message.tags.size(), rows));
        message.tags.add(verb + " " + rows.size());
    }

    private boolean another(Predicate<Effect> effect) {
        Work own = session.work;
        return server.running.stream()
                .filter(w -> w != own)
                .anyMatch(w -> w.effects.stream().anyMatch(effect));
    }

    private List<Effect> own() {
        Work own = session.work;
        return own == null ? List.of() : own.effects;
    }

    /** {@return the rows that this session sees} */
    private Map<String, ManagerDecision> decisions() {
        Map<String, ManagerDecision> visible = new TreeMap<>(server.data.managersDecisions);
        own().forEach(e -> {
            if (e instanceof Effect.Settle settle) {
                visible.put(settle.row().gtrid(), settle.row());
            } else if (e instanceof Effect.Unsettle unsettle) {
                visible.remove(unsettle.row().gtrid());
            }
        });
        return visible;
    }

    private void write(Effect effect) throws SQLException {
        server.assign(session.transaction());
        session.transaction().effects.add(effect);
    }

    private static boolean changes(Effect effect, String manager) {
        return effect instanceof Effect.Register r && r.row().name().equals(manager)
                || effect instanceof Effect.Seen s && s.manager().equals(manager)
                || effect instanceof Effect.Unregister u && u.manager().equals(manager);
    }

    private boolean register(Message message, String sql) throws SQLException {
        String name = quoted(sql).get(0);
        if (!isAt(sql)) {
            answer(message, "INSERT 0", List.of());
            return true;
        }
        if (another(e -> changes(e, name))) {
            return false;
        }
        ManagerRow known = server.data.managers.get(name);
        ManagerRow row = known != null ? known : new ManagerRow(name, server.identity, server.now(), server.now());
        write(known != null ? new Effect.Seen(name, server.now()) : new Effect.Register(row));
        answer(message, "INSERT 0", List.of(List.of(row.registration())));
        return true;
    }

    private boolean settle(Message message, String sql) throws SQLException {
        List<String> values = quoted(sql);
        ManagerDecision row = new ManagerDecision(values.get(0), values.get(1), values.get(2), 0);
        boolean locks = sql.contains("for key share of m");
        if (message.firstRead == null) {
            if (locks
                    && another(
                            e -> e instanceof Effect.Unregister u && u.manager().equals(row.manager()))) {
                return false;
            }
            boolean found = isAt(sql) && isRegistered(row.manager(), sql);
            message.firstRead = found;
            if (found && locks) {
                write(new Effect.Refer(row.manager()));
            }
        }
        if (message.firstRead.equals(false)) {
            message.tags.add("INSERT 0 0");
            return true;
        }
        if (another(e -> e instanceof Effect.Settle s && s.row().gtrid().equals(row.gtrid())
                || e instanceof Effect.Unsettle u && u.row().gtrid().equals(row.gtrid()))) {
            return false;
        }
        if (decisions().containsKey(row.gtrid())) {
            if (!sql.contains("on conflict")) {
                throw new SQLException("duplicate key value violates unique constraint", "23505");
            }
            message.tags.add("INSERT 0 0");
            return true;
        }
        // The foreign key.
        if (another(e -> e instanceof Effect.Unregister u && u.manager().equals(row.manager()))) {
            return false;
        }
        if (!server.data.managers.containsKey(row.manager())) {
            throw new SQLException("insert violates foreign key constraint", "23503");
        }
        write(new Effect.Refer(row.manager()));
        write(new Effect.Settle(row));
        message.tags.add("INSERT 0 1");
        return true;
    }

    private boolean isRegistered(String manager, String sql) {
        Matcher wanted = REGISTRATION.matcher(sql);
        ManagerRow row = server.data.managers.get(manager);
        return !wanted.find() || row != null && row.registration().equals(wanted.group(1));
    }

    private boolean showLife(Message message, String sql) throws SQLException {
        String name = quoted(sql).get(0);
        if (another(e -> changes(e, name))) {
            return false;
        }
        boolean there = isHere(name);
        if (there) {
            write(new Effect.Seen(name, server.now()));
        }
        message.tags.add("UPDATE " + (there ? 1 : 0));
        return true;
    }

    private boolean isHere(String manager) {
        ManagerRow row = server.data.managers.get(manager);
        return row != null && row.node().equals(server.identity);
    }

    private boolean isChanged(String gtrid) {
        return another(e -> e instanceof Effect.Unsettle u && u.row().gtrid().equals(gtrid)
                || e instanceof Effect.End end && end.gtrid().equals(gtrid));
    }

    private boolean end(Message message, String sql) throws SQLException {
        List<String> wanted = quoted(sql);
        List<ManagerDecision> carriedOut = decisions().values().stream()
                .filter(row -> wanted.contains(row.gtrid()) && row.isCommit() && row.endedAt() == 0)
                .filter(row -> isHere(row.manager()))
                .toList();
        if (carriedOut.stream().anyMatch(row -> isChanged(row.gtrid()))) {
            return false;
        }
        for (ManagerDecision row : carriedOut) {
            write(new Effect.End(row.gtrid(), server.now()));
        }
        message.tags.add("UPDATE " + carriedOut.size());
        return true;
    }

    private long before(String sql) {
        Matcher age = AGE.matcher(sql);
        if (!age.find()) {
            throw new IllegalStateException("no age in " + sql);
        }
        return server.now() - Duration.ofSeconds(Long.parseLong(age.group(1))).toNanos();
    }

    private boolean delete(Message message, Predicate<ManagerDecision> which) throws SQLException {
        List<ManagerDecision> gone = decisions().values().stream().filter(which).toList();
        if (gone.stream().anyMatch(row -> isChanged(row.gtrid()))) {
            return false;
        }
        for (ManagerDecision row : gone) {
            write(new Effect.Unsettle(row));
        }
        message.tags.add("DELETE " + gone.size());
        return true;
    }

    /** Deletes old managers with their rows A. What it has found when it began counts, but for new signs of life. */
    private boolean expire(Message message, String sql) throws SQLException {
        long before = before(sql);
        if (message.firstRead == null) {
            boolean sparesCommits = sql.contains("not exists");
            message.firstRead = Map.copyOf(decisions());
            message.found = server.data.managers.values().stream()
                    .filter(m -> m.seenAt() < before && m.node().equals(server.identity))
                    .map(ManagerRow::name)
                    .filter(name -> !sparesCommits
                            || decisions().values().stream()
                                    .noneMatch(d -> d.isCommit() && d.manager().equals(name)))
                    .toList();
        }
        for (String name : message.found) {
            if (another(e -> changes(e, name)
                    || e instanceof Effect.Refer r && r.manager().equals(name))) {
                return false;
            }
        }
        List<String> old = message.found.stream()
                .filter(name -> server.data.managers.containsKey(name)
                        && server.data.managers.get(name).seenAt() < before)
                .toList();
        boolean all = !sql.contains("d.outcome = 'A'");
        Object snapshot = message.firstRead;
        boolean done = delete(
                message,
                row -> snapshot instanceof Map<?, ?> seen
                        && seen.containsKey(row.gtrid())
                        && old.contains(row.manager())
                        && (all || !row.isCommit()));
        if (!done) {
            return false;
        }
        message.tags.remove(message.tags.size() - 1);
        for (String name : old) {
            if (decisions().values().stream().anyMatch(d -> d.manager().equals(name))) {
                throw new SQLException("delete violates foreign key constraint", "23503");
            }
            write(new Effect.Unregister(name));
        }
        message.tags.add("DELETE " + old.size());
        return true;
    }

    private void silence(Message message, String sql) {
        List<String> wanted = quoted(sql);
        List<List<@Nullable String>> rows = new ArrayList<>();
        server.data.managers.values().forEach(m -> {
            if (wanted.contains(m.name()) && m.node().equals(server.identity)) {
                rows.add(Arrays.asList(m.name(), Long.toString((server.now() - m.seenAt()) / NANOS_PER_MILLI)));
            }
        });
        answer(message, "SELECT", rows);
    }
}
