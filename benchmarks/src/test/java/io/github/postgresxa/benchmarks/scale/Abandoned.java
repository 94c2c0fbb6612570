package io.github.postgresxa.benchmarks.scale;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.test.PostgresNode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Transactions whose coordinators are gone: their branches are prepared, and their homes have a row or none. Each
 * branch adds one row to the table {@code change}, which shows afterwards how it ended.
 */
final class Abandoned {

    private static final int SESSIONS = 4;
    private static final int AT_ONCE = 50;
    private static final int FOREIGN = 7;

    private record Branch(TransactionId id, String gid, PostgresNode node, Fate fate) {}

    private final List<PostgresNode> nodes;
    private final List<Branch> branches = new ArrayList<>();
    private final Map<String, String> identities = new HashMap<>();

    /**
     * Creates the table.
     *
     * @param nodes hold branches; the schema exists there
     */
    Abandoned(PostgresNode... nodes) {
        this.nodes = List.of(nodes);
        for (PostgresNode node : nodes) {
            node.execute(
                    "drop table if exists change",
                    "create table change (gtrid uuid primary key, commits boolean not null)",
                    "truncate pgxa.decision",
                    "update pgxa.node set mark = null");
            identities.put(node.name(), Servers.identity(node));
        }
    }

    /** Two nodes wrote. The home was never prepared, so each transaction leaves one branch, on the other node. */
    void firstForm(int count, Fate fate) {
        for (int i = 0; i < count; i++) {
            PostgresNode node = nodes.get(i % nodes.size());
            PostgresNode home = nodes.get((i + 1) % nodes.size());
            add(TransactionId.random(), "pgxa/1/%s/%s/%s", identity(home), node, fate);
        }
    }

    /** The home is none of these nodes. */
    void ofAnotherHome(int count, String identity) {
        for (int i = 0; i < count; i++) {
            add(TransactionId.random(), "pgxa/1/%s/%s/%s", identity, nodes.get(i % nodes.size()), Fate.UNDECIDED);
        }
    }

    /** Another resource took part, so both nodes have a prepared branch, the home too. */
    void secondForm(int count, Fate fate) {
        for (int i = 0; i < count; i++) {
            PostgresNode home = nodes.get(i % nodes.size());
            TransactionId id = TransactionId.random();
            nodes.forEach(n -> add(id, "pgxa/2/%s/%s/%s/0000002a.Zw.YQ", identity(home), n, fate));
        }
    }

    private void add(TransactionId id, String form, String home, PostgresNode node, Fate fate) {
        branches.add(new Branch(id, form.formatted(id, home, identity(node)), node, fate));
    }

    private String identity(PostgresNode node) {
        return Objects.requireNonNull(identities.get(node.name()));
    }

    int branches() {
        return branches.size();
    }

    long withoutRow() {
        return branches.stream().filter(b -> b.fate() == Fate.UNDECIDED).count();
    }

    /** Prepares the branches, several sessions at once, then writes the rows. */
    void leave() throws SQLException {
        for (PostgresNode node : nodes) {
            for (int i = 0; i < FOREIGN; i++) {
                node.execute(
                        "begin; select pg_current_xact_id(); prepare transaction 'somebody else''s %d'".formatted(i));
            }
        }
        ExecutorService threads = Executors.newFixedThreadPool(SESSIONS * nodes.size());
        try {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (PostgresNode node : nodes) {
                List<Branch> its =
                        branches.stream().filter(b -> b.node() == node).toList();
                for (int session = 0; session < SESSIONS; session++) {
                    int from = its.size() * session / SESSIONS;
                    int to = its.size() * (session + 1) / SESSIONS;
                    all.add(CompletableFuture.runAsync(() -> prepare(node, its.subList(from, to)), threads));
                }
            }
            all.forEach(CompletableFuture::join);
        } finally {
            threads.shutdown();
        }
        for (PostgresNode home : nodes) {
            decide(home);
        }
    }

    private static void prepare(PostgresNode node, List<Branch> branches) {
        try (Connection c = node.connect();
                Statement s = c.createStatement()) {
            for (int from = 0; from < branches.size(); from += AT_ONCE) {
                StringBuilder sql = new StringBuilder();
                branches.subList(from, Math.min(branches.size(), from + AT_ONCE))
                        .forEach(
                                b -> sql.append("begin; insert into change values ('%s', %s); prepare transaction '%s';"
                                        .formatted(b.id(), b.fate().commits(), b.gid())));
                s.execute(sql.toString());
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void decide(PostgresNode home) throws SQLException {
        Map<String, String> xids = xids();
        Map<TransactionId, List<Branch>> decided = new HashMap<>();
        branches.stream()
                .filter(b -> b.fate() != Fate.UNDECIDED && b.gid().split("/")[3].equals(identity(home)))
                .forEach(b ->
                        decided.computeIfAbsent(b.id(), i -> new ArrayList<>()).add(b));
        Map<String, String> incarnations = new HashMap<>();
        nodes.forEach(n -> incarnations.put(n.name(), Servers.incarnation(n)));
        List<String> values = decided.entrySet().stream()
                .map(e -> "('%s', '%s', pg_current_xact_id(), 'gone', %s, %s, %s)"
                        .formatted(
                                e.getKey(),
                                e.getValue().get(0).fate().outcome(),
                                array(e.getValue(), b -> identity(b.node()), "text"),
                                array(e.getValue(), b -> String.valueOf(xids.get(b.gid())), "xid8"),
                                array(
                                        e.getValue(),
                                        b -> String.valueOf(
                                                incarnations.get(b.node().name())),
                                        "text")))
                .toList();
        for (int from = 0; from < values.size(); from += 1_000) {
            home.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator, participants, participant_xids,"
                    + " participant_incarnations) values "
                    + String.join(", ", values.subList(from, Math.min(values.size(), from + 1_000))));
        }
    }

    private static String array(List<Branch> branches, java.util.function.Function<Branch, String> value, String type) {
        return branches.stream()
                .map(b -> "'" + value.apply(b) + "'")
                .collect(java.util.stream.Collectors.joining(", ", "array[", "]::" + type + "[]"));
    }

    private Map<String, String> xids() throws SQLException {
        Map<String, String> xids = new HashMap<>();
        for (PostgresNode node : nodes) {
            try (Connection c = node.connect();
                    Statement s = c.createStatement();
                    ResultSet rows = s.executeQuery("select gid, transaction from pg_prepared_xacts")) {
                while (rows.next()) {
                    xids.put(rows.getString(1), rows.getString(2));
                }
            }
        }
        return xids;
    }

    /** {@return what is wrong once nothing with a decision is prepared any more; empty if all is well} */
    List<String> wrong(int stillInDoubt) {
        List<String> wrong = new ArrayList<>();
        long listed = 0;
        for (PostgresNode node : nodes) {
            listed += node.queryForLong("select count(*) from pg_prepared_xacts where gid like 'pgxa/%'");
            expect(
                    wrong,
                    node,
                    "foreign entries",
                    FOREIGN,
                    "select count(*) from pg_prepared_xacts where gid not like 'pgxa/%'");
            long committed = branches.stream()
                    .filter(b -> b.node() == node && b.fate().commits())
                    .count();
            expect(wrong, node, "committed branches", committed, "select count(*) from change where commits");
            expect(
                    wrong,
                    node,
                    "rolled back branches whose change is there",
                    0,
                    "select count(*) from change where not commits");
        }
        if (listed != stillInDoubt) {
            wrong.add("%d branches are prepared, expected %d".formatted(listed, stillInDoubt));
        }
        return wrong;
    }

    private static void expect(List<String> wrong, PostgresNode node, String what, long expected, String query) {
        long found = node.queryForLong(query);
        if (found != expected) {
            wrong.add("%s on %s: %d, expected %d".formatted(what, node.name(), found, expected));
        }
    }

    /** Ends what is still prepared. */
    void clear() throws SQLException {
        for (PostgresNode node : nodes) {
            StringBuilder sql = new StringBuilder();
            node.preparedTransactions()
                    .forEach(p -> sql.append(
                            "rollback prepared '%s';".formatted(p.gid().replace("'", "''"))));
            if (!sql.isEmpty()) {
                try (Connection c = node.connect();
                        Statement s = c.createStatement()) {
                    s.execute(sql.toString());
                }
            }
        }
    }
}
