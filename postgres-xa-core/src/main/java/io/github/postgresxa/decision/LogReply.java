package io.github.postgresxa.decision;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.Burst;
import io.github.postgresxa.node.Reply;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A home's answer to a burst on its decisions. It was answered without an error, and by the home. */
final class LogReply {

    private final Burst burst;
    private final Reply reply;
    private final HighWaterMark mark;

    private LogReply(Burst burst, Reply reply, HighWaterMark mark) {
        this.burst = burst;
        this.reply = reply;
        this.mark = mark;
    }

    /**
     * Takes an answer.
     *
     * @param burst what was sent; it asks for the {@link LogQuery#HOME}
     * @throws SQLException if it was not answered as a whole, or another database answered
     */
    static LogReply of(Burst burst, Reply reply, NodeIdentity home) throws SQLException {
        List<List<@Nullable String>> answered = reply.orThrow().rows(burst, LogQuery.HOME);
        if (answered.isEmpty()) {
            throw MisplacedIdentityException.atHome(home);
        }
        List<@Nullable String> row = answered.get(0);
        if (!home.text().equals(row.get(0))) {
            throw new SQLException("asked for the decisions of home " + home + ", reached the database " + row.get(0)
                    + ": an address leads to another database than before");
        }
        return new LogReply(burst, reply, HighWaterMark.parse(row.get(1)));
    }

    /** {@return the home's mark} */
    HighWaterMark mark() {
        return mark;
    }

    /** {@return the rows that were found} */
    List<DecisionRow> rows() throws SQLException {
        List<DecisionRow> decisions = new ArrayList<>();
        for (List<@Nullable String> row : of(LogQuery.ROWS)) {
            decisions.add(DecisionRow.of(row));
        }
        return decisions;
    }

    /** {@return the rows that were found, by transaction, without those whose key cannot be read} */
    Map<TransactionId, DecisionRow> byId() throws SQLException {
        Map<TransactionId, DecisionRow> byId = new HashMap<>();
        rows().forEach(row -> row.transaction().ifPresent(id -> byId.put(id, row)));
        return byId;
    }

    /** {@return the marks of the participants that the burst asked about} */
    ParticipantMarks marks() throws SQLException {
        return ParticipantMarks.read(burst.has(LogQuery.MARKS) ? of(LogQuery.MARKS) : List.of());
    }

    /** {@return whether the burst wrote the row A of a transaction} */
    boolean wroteAbort(TransactionId id) throws SQLException {
        return reply.tag(burst, new LogQuery.Abort(id)).equals("INSERT 0 1");
    }

    /** {@return the rows of one of its queries} */
    List<List<@Nullable String>> of(LogQuery query) throws SQLException {
        return reply.rows(burst, query);
    }

    /** {@return the only row of one of its queries} */
    List<@Nullable String> row(LogQuery query) throws SQLException {
        return reply.row(burst, query);
    }

    /** {@return those that can be read} */
    static List<Decision> readable(List<DecisionRow> rows) throws UnreadableRowException {
        List<Decision> readable = new ArrayList<>(rows.size());
        for (DecisionRow row : rows) {
            if (row.isReadable()) {
                readable.add(row.read());
            }
        }
        return readable;
    }
}
