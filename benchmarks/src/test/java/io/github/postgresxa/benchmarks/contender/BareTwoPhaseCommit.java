package io.github.postgresxa.benchmarks.contender;

import io.github.postgresxa.benchmarks.work.Transfer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/** Prepares everywhere, commits everywhere, and records no decision: what XA costs without the manager and its log. */
final class BareTwoPhaseCommit extends PlainContender {

    BareTwoPhaseCommit(Setting setting) throws SQLException {
        super(setting);
    }

    @Override
    void commit(Transfer transfer, Connection[] connections) throws Exception {
        UUID id = UUID.randomUUID();
        String[] gids = new String[connections.length];
        for (int node = 0; node < gids.length; node++) {
            gids[node] = "bare/" + id + "/" + node;
        }
        phase(gids.length, node -> prepare(connections[node], gids[node]));
        phase(gids.length, node -> commitPrepared(connections[node], gids[node]));
    }

    /** Two nodes are not worth a second thread, here as in the others. */
    private void phase(int nodes, Step step) throws Exception {
        if (nodes > 2) {
            each(0, nodes, step);
            return;
        }
        for (int node = 0; node < nodes; node++) {
            step.on(node);
        }
    }
}
