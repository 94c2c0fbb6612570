package io.github.postgresxa.decision;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.Burst;
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

    private final RetentionSql sql;

    DecisionRetention(RetentionSql sql) {
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
        LogReply answer = ask(wire, home, sql.expired(retention, after, limit));
        List<DecisionRow> rows = answer.rows();
        List<List<@Nullable String>> texts = answer.of(LogQuery.ROWS);
        String end = texts.isEmpty() ? after : endOfPage(texts.get(texts.size() - 1));
        List<String> unreadable = rows.stream()
                .filter(row -> !row.isReadable())
                .map(DecisionRow::gtrid)
                .toList();
        return new Page(LogReply.readable(rows), unreadable, end, rows.size() < limit);
    }

    private static String endOfPage(List<@Nullable String> row) {
        return "('%s'::timestamptz, '%s'::uuid)".formatted(row.get(row.size() - 1), row.get(0));
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
        LogReply answer = ask(wire, home, sql.ofOtherIncarnations(participant, incarnation, from, STRETCH));
        return new BlockRange(LogReply.readable(answer.rows()), next(answer, from));
    }

    private static LogReply ask(Wire wire, NodeIdentity home, Burst burst) throws SQLException {
        return LogReply.of(burst, wire.send(burst.text()), home);
    }

    private static long next(LogReply answer, long from) throws SQLException {
        long blocks = Long.parseLong(String.valueOf(answer.row(LogQuery.LENGTH).get(0)));
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
        LogReply answer = ask(wire, home, sql.incarnations(from, STRETCH));
        answer.of(LogQuery.INCARNATIONS)
                .forEach(row -> NodeIdentity.parse(String.valueOf(row.get(0)))
                        .ifPresent(p ->
                                found.computeIfAbsent(p, i -> new HashSet<>()).add(String.valueOf(row.get(1)))));
        return next(answer, from);
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
