package io.github.postgresxa.decision;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.Reply;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a home's answers to queries about its decisions. */
final class LogReply {

    private LogReply() {}

    static List<DecisionRow> read(Reply reply, NodeIdentity home, String lastTag) throws SQLException {
        reply.orThrow();
        if (!lastTag.isEmpty() && !reply.endedWith(lastTag)) {
            throw reply.problem("the decision log");
        }
        List<DecisionRow> decisions = new ArrayList<>();
        boolean identified = false;
        for (List<@Nullable String> row : reply.rows()) {
            if (row.size() == 2) {
                if (!home.text().equals(row.get(0))) {
                    throw new SQLException("asked for the decisions of home " + home + ", reached the database "
                            + row.get(0) + ": an address leads to another database than before");
                }
                identified = true;
            } else if (row.size() == DecisionRow.COLUMNS) {
                decisions.add(DecisionRow.of(row));
            }
        }
        if (!identified) {
            throw MisplacedIdentityException.atHome(home);
        }
        return decisions;
    }

    static @Nullable Long mark(Reply reply) {
        for (List<@Nullable String> row : reply.rows()) {
            if (row.size() == 2) {
                String mark = row.get(1);
                return mark == null ? null : Long.parseUnsignedLong(mark);
            }
        }
        return null;
    }

    static Map<TransactionId, DecisionRow> byId(List<DecisionRow> rows) {
        Map<TransactionId, DecisionRow> byId = new HashMap<>();
        rows.forEach(row -> row.transaction().ifPresent(id -> byId.put(id, row)));
        return byId;
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
