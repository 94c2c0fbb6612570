package io.github.postgresxa.operations;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lists what is prepared, page by page. */
final class Listing {

    static final int MOST = 1_000;

    /** The last column is the transaction id, for more questions. */
    static final String COLUMNS = "select gid, owner, database,"
            + " (extract(epoch from clock_timestamp() - prepared) * 1000)::bigint, age(transaction), transaction"
            + " from pg_prepared_xacts";

    private final NodeQueries queries;

    Listing(NodeQueries queries) {
        this.queries = queries;
    }

    private record Page(List<PreparedEntry> entries, long total) {}

    PreparedPage page(int page, int size) {
        if (page < 0 || size < 1 || size > MOST) {
            throw new IllegalArgumentException(
                    "pages are counted from 0 and hold 1 to %d entries, not page %d of %d".formatted(MOST, page, size));
        }
        NodeQueries.Answers<Page> answers = queries.ask((node, wire) -> page(node, wire, page, size));
        Map<String, Long> totals = new LinkedHashMap<>();
        answers.answers().forEach((node, found) -> totals.put(node.name(), found.total));
        List<PreparedEntry> entries = answers.answers().values().stream()
                .flatMap(found -> found.entries.stream())
                .toList();
        return new PreparedPage(entries, totals, answers.unreachable());
    }

    PreparedPage named(String gid) {
        String literal = "E'" + gid.replace("\\", "\\\\").replace("'", "''") + "'";
        NodeQueries.Answers<List<PreparedEntry>> answers =
                queries.ask((node, wire) -> oldest(node, wire, "where gid = " + literal));
        Map<String, Long> totals = new LinkedHashMap<>();
        answers.answers().forEach((node, found) -> totals.put(node.name(), (long) found.size()));
        return new PreparedPage(
                answers.answers().values().stream().flatMap(List::stream).toList(), totals, answers.unreachable());
    }

    private static Page page(Node node, Wire wire, int page, int size) throws SQLException {
        long total = Rows.number(Rows.one(wire, "select count(*) from pg_prepared_xacts"), 0);
        return new Page(
                oldest(node, wire, "order by prepared, gid offset %d limit %d".formatted((long) page * size, size)),
                total);
    }

    static List<PreparedEntry> oldest(Node node, Wire wire, String rest) throws SQLException {
        return Rows.of(wire, COLUMNS + " " + rest).stream()
                .map(row -> entry(node, row))
                .toList();
    }

    static PreparedEntry entry(Node node, List<@Nullable String> row) {
        String gid = Rows.text(row, 0);
        Attribution attribution = Attribution.of(gid);
        return new PreparedEntry(
                node.name(),
                gid,
                attribution.owner(),
                attribution.instance(),
                Rows.text(row, 1),
                Rows.text(row, 2),
                Rows.millis(row, 3),
                Rows.number(row, 4),
                transaction(gid),
                SpelledXid.of(gid).map(XaIdentifier::of).orElse(null));
    }

    private static @Nullable TransactionId transaction(String gid) {
        return Gid.ours(gid).map(Gid::transaction).orElse(null);
    }
}
