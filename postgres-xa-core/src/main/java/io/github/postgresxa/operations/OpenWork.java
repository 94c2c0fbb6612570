package io.github.postgresxa.operations;

import io.github.postgresxa.log.Sanitizer;
import io.github.postgresxa.node.MonotonicClock;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Transactions from which a further branch may still come, at nodes that list none.
 *
 * <p>A coordinator sends its first PREPARE when each of its writers has an xid. So once a branch is listed, each branch
 * that is still to come belongs to a local transaction that owns one, and holds the lock on it until its end. When all
 * that were open then have ended, the list is complete. No clock takes part in that, and every role may see those
 * locks.
 *
 * @param open by node: those that were open after the branches were listed, and have not ended
 * @param silent what went wrong with nodes that did not answer
 */
record OpenWork(Map<Node, Set<OpenTransaction>> open, Map<String, String> silent) {

    static final OpenWork NONE = new OpenWork(Map.of(), Map.of());

    /** Most transactions last for less. */
    private static final Duration LIMIT = Duration.ofSeconds(3);

    private static final Duration PAUSE = Duration.ofMillis(100);

    /** The most that a refusal names of one node. */
    private static final int NAMED = 5;

    /**
     * A transaction in another database of the server is no branch here, nor is that of a process of the server's own,
     * which has no role. (A parallel worker has no xid.)
     */
    private static final String OPEN = """
        select l.pid, l.transactionid::text, coalesce(a.usename::text, ''), coalesce(a.application_name, ''),
               coalesce((extract(epoch from clock_timestamp() - a.xact_start) * 1000)::bigint, -1)
        from pg_locks l
        left join pg_stat_activity a on a.pid = l.pid
        where l.locktype = 'transactionid' and l.granted and l.pid is not null and l.mode = 'ExclusiveLock'
          and (a.pid is null or a.usesysid is not null and a.datid = \
        (select oid from pg_database where datname = current_database()))
        order by 5 desc, l.pid
        """;

    /**
     * A local transaction that has written.
     *
     * @param process the number of its server process
     * @param xid its transaction id
     * @param text what people want to know of it
     */
    record OpenTransaction(int process, String xid, String text) {

        private boolean is(OpenTransaction other) {
            return process == other.process && xid.equals(other.xid);
        }
    }

    /**
     * Looks for what is open at some nodes, and waits a moment for its end.
     *
     * @param nodes nodes that have listed their branches before
     */
    static OpenWork after(NodeQueries queries, Collection<Node> nodes) {
        if (nodes.isEmpty()) {
            return NONE;
        }
        long begun = System.nanoTime();
        OpenWork left = read(queries, nodes);
        while (!left.open.isEmpty() && System.nanoTime() - begun < LIMIT.toNanos()) {
            MonotonicClock.SYSTEM.pause(PAUSE);
            left = left.stillIn(read(queries, left.open.keySet()));
        }
        return left;
    }

    private static OpenWork read(NodeQueries queries, Collection<Node> nodes) {
        NodeQueries.Answers<Set<OpenTransaction>> read = queries.ask(nodes, (node, wire) -> open(wire));
        Map<Node, Set<OpenTransaction>> open = new LinkedHashMap<>(read.answers());
        open.values().removeIf(Set::isEmpty);
        return new OpenWork(open, read.unreachable());
    }

    private static Set<OpenTransaction> open(Wire wire) throws SQLException {
        return Rows.of(wire, OPEN).stream()
                .map(row -> new OpenTransaction(
                        (int) Rows.number(row, 0),
                        Rows.text(row, 1),
                        Sanitizer.oneLine(text(Rows.text(row, 2), Rows.text(row, 3), Rows.number(row, 4)))))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static String text(String role, String application, long millis) {
        return (role.isEmpty() ? "" : "role " + role + ", ")
                + (application.isEmpty() ? "" : "application " + application + ", ")
                + (millis < 0 ? "its age is not shown" : "open for " + Ages.text(Duration.ofMillis(millis)));
    }

    private OpenWork stillIn(OpenWork now) {
        Map<Node, Set<OpenTransaction>> left = new LinkedHashMap<>();
        open.forEach((node, before) -> {
            Set<OpenTransaction> found = now.open.getOrDefault(node, Set.of());
            Set<OpenTransaction> still = before.stream()
                    .filter(t -> found.stream().anyMatch(t::is))
                    .collect(Collectors.toCollection(LinkedHashSet::new));
            if (!still.isEmpty()) {
                left.put(node, still);
            }
        });
        Map<String, String> failed = new LinkedHashMap<>(silent);
        failed.putAll(now.silent);
        return new OpenWork(left, failed);
    }

    /** {@return what of this concerns a transaction} */
    OpenWork of(TransactionSnapshot found) {
        List<Node> nodes = found.withoutBranch();
        Map<Node, Set<OpenTransaction>> left = new LinkedHashMap<>(open);
        left.keySet().retainAll(nodes);
        Map<String, String> failed = new LinkedHashMap<>(silent);
        failed.keySet().retainAll(nodes.stream().map(Node::name).toList());
        return new OpenWork(left, failed);
    }

    boolean isNone() {
        return open.isEmpty() && silent.isEmpty();
    }

    /** {@return the nodes with their transactions, as words within a sentence} */
    String inWords() {
        String known = open.entrySet().stream()
                .map(each -> each.getKey().name() + ": " + inWords(each.getValue()))
                .collect(Collectors.joining("; "));
        String unknown = silent.isEmpty() ? "" : "these nodes do not answer: " + NodeQueries.inWords(silent);
        return known + (known.isEmpty() || unknown.isEmpty() ? "" : "; ") + unknown;
    }

    /** A process has several xids if its transaction has savepoints. */
    private static String inWords(Set<OpenTransaction> some) {
        List<String> processes = some.stream()
                .map(t -> "process %d (%s)".formatted(t.process, t.text))
                .distinct()
                .toList();
        String named = processes.stream().limit(NAMED).collect(Collectors.joining(", "));
        return processes.size() > NAMED ? "%s, and %d more".formatted(named, processes.size() - NAMED) : named;
    }

    /** {@return SQL that ends one of them} */
    String howToEnd() {
        return open.values().stream()
                .flatMap(Set::stream)
                .findFirst()
                .map(t -> "select pg_terminate_backend(%d)".formatted(t.process))
                .orElse("select pg_terminate_backend(<process>)");
    }
}
