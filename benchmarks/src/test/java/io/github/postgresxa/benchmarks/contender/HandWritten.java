package io.github.postgresxa.benchmarks.contender;

import io.github.postgresxa.benchmarks.work.Transfer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;

/**
 * The protocol of this project written by hand for these transactions, with as few statements as possible: prepare
 * all writers but the home, write the decision and commit at the home in one round trip, commit the prepared ones. It
 * knows beforehand who writes, does not expect failures, and has no recovery: what is left is the cost of the
 * protocol itself.
 */
final class HandWritten extends PlainContender {

    /** The same columns and indexes as the decision log of this project. */
    private static final String DECIDE = """
            insert into hand.decision (gtrid, outcome, xid, coordinator, participants)
            values (?, 'C', pg_current_xact_id(), 'benchmark', string_to_array(?, ','));
            commit""";

    HandWritten(Setting setting) throws SQLException {
        super(setting);
    }

    @Override
    void commit(Transfer transfer, Connection[] connections) throws Exception {
        int home = transfer.readers();
        if (connections.length - home <= 1) {
            for (int node = connections.length - 1; node >= 0; node--) {
                connections[node].commit();
            }
            return;
        }
        UUID id = UUID.randomUUID();
        String[] gids = new String[connections.length];
        for (int node = home + 1; node < gids.length; node++) {
            gids[node] = "hand/" + id + "/" + node;
        }
        try {
            each(home + 1, gids.length, node -> prepare(connections[node], gids[node]));
        } catch (Exception e) {
            each(home + 1, gids.length, node -> rollbackPrepared(connections[node], gids[node]));
            throw e;
        }
        decide(connections[home], id, participants(home, gids.length));
        each(home + 1, gids.length, node -> commitPrepared(connections[node], gids[node]));
        for (int node = 0; node < home; node++) {
            connections[node].commit();
        }
    }

    private static String participants(int home, int nodes) {
        StringBuilder names = new StringBuilder();
        for (int node = home + 1; node < nodes; node++) {
            names.append(names.isEmpty() ? "" : ",").append("node-").append(node);
        }
        return names.toString();
    }

    private static void decide(Connection home, UUID id, String participants) throws SQLException {
        try (PreparedStatement decision = home.prepareStatement(DECIDE)) {
            decision.setObject(1, id);
            decision.setString(2, participants);
            decision.execute();
            Transfer.changed(decision.getUpdateCount());
        }
    }
}
