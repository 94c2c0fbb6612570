package io.github.postgresxa.decision;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.Reply;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The decisions that a home keeps: read in pages and block ranges, and deleted when no process can need them any more.
 */
public final class DecisionRetention {

    /** The most blocks of the table that one statement reads in a full scan: 4 MB, about 20,000 rows. */
    private static final long STRETCH = 512;

    private final DecisionSql sql;

    DecisionRetention(DecisionSql sql) {
        this.sql = sql;
    }

    /**
     * Reads one page of the decisions that are older than the retention.
     *
     * @param wire a wire to the home
     * @param home the home
     * @param retention the least age
     * @param after where the page before ended; empty for the first
     * @param limit the most rows
     * @return the page, oldest first
     * @throws SQLException if the home did not answer or is another database
     */
    public Page expired(Wire wire, NodeIdentity home, Duration retention, String after, int limit) throws SQLException {
        Reply reply = wire.send(sql.expired(retention, after, limit));
        List<DecisionRow> rows = LogReply.read(reply, home, "");
        String end =
                rows.isEmpty() ? after : endOfPage(reply.rows().get(reply.rows().size() - 1));
        List<String> unreadable = rows.stream()
                .filter(row -> !row.isReadable())
                .map(DecisionRow::gtrid)
                .toList();
        return new Page(LogReply.readable(rows), unreadable, end, rows.size() < limit);
    }

    private static String endOfPage(List<@Nullable String> row) {
        return "('%s'::timestamptz, '%s'::uuid)".formatted(row.get(DecisionRow.COLUMNS - 1), row.get(0));
    }

    /**
     * Some decisions.
     *
     * @param decisions the rows that can be read
     * @param unreadable the keys of the others
     * @param end where the next page begins
     * @param last whether there is none
     */
    public record Page(List<Decision> decisions, List<String> unreadable, String end, boolean last) {}

    /**
     * Reads decisions to commit that name a branch on a node which has failed over or was restored since. Scans all
     * rows, one range of the table for each call.
     *
     * @param wire a wire to the home
     * @param home the home
     * @param participant the node
     * @param incarnation the present one
     * @param from where the range begins; 0 for the first
     * @return what one range holds
     * @throws SQLException if the home did not answer or is another database
     */
    public BlockRange ofOtherIncarnations(
            Wire wire, NodeIdentity home, NodeIdentity participant, String incarnation, long from) throws SQLException {
        Reply reply = wire.send(sql.ofOtherIncarnations(participant, incarnation, from, STRETCH));
        List<Decision> decisions = LogReply.readable(LogReply.read(reply, home, ""));
        return new BlockRange(decisions, next(reply, from));
    }

    private static long next(Reply reply, long from) {
        long blocks = reply.rows().stream()
                .filter(row -> row.size() == 1)
                .mapToLong(row -> Long.parseLong(String.valueOf(row.get(0))))
                .findFirst()
                .orElse(0);
        return from + STRETCH < blocks ? from + STRETCH : 0;
    }

    /**
     * Collects the incarnations of participants that the decisions to commit name, one range of the table for each
     * call.
     *
     * @param wire a wire to the home
     * @param home the home
     * @param from where the range begins; 0 for the first
     * @param found receives what was found
     * @return where the next range begins; 0 if this was the last one
     * @throws SQLException if the home did not answer or is another database
     */
    public long incarnations(Wire wire, NodeIdentity home, long from, Map<NodeIdentity, Set<String>> found)
            throws SQLException {
        Reply reply = wire.send(sql.incarnations(from, STRETCH));
        LogReply.read(reply, home, "");
        reply.rows().stream()
                .filter(row -> row.size() == 4)
                .forEach(row -> NodeIdentity.parse(String.valueOf(row.get(0)))
                        .ifPresent(p ->
                                found.computeIfAbsent(p, i -> new HashSet<>()).add(String.valueOf(row.get(1)))));
        return next(reply, from);
    }

    /**
     * Some decisions.
     *
     * @param decisions the rows
     * @param next where the next range begins; 0 if this was the last one
     */
    public record BlockRange(List<Decision> decisions, long next) {}

    /**
     * Deletes decisions that every participant has carried out for good.
     *
     * @param wire a wire to the home
     * @param home the home
     * @param ids the transactions
     * @throws SQLException if they may still be there
     */
    public void forget(Wire wire, NodeIdentity home, Collection<TransactionId> ids) throws SQLException {
        Reply reply = wire.send(sql.forget(home, ids));
        if (!reply.endedWith("COMMIT")) {
            throw reply.problem("the deletion of decisions");
        }
    }

    /**
     * Deletes fences whose late coordinators cannot exist any more.
     *
     * @param wire a wire to the home
     * @param home the home
     * @param retention the least age
     * @throws SQLException if the home did not answer
     */
    public void forgetFences(Wire wire, NodeIdentity home, Duration retention) throws SQLException {
        wire.send(sql.forgetFences(home, retention)).orThrow();
    }
}
