package io.github.postgresxa.recovery;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.DecisionRow;
import io.github.postgresxa.gid.NodeIdentity;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How did a transaction end? Whoever asks changes nothing: a question that fenced could abort what is about to commit. */
final class OutcomeLookup {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Homes homes;
    private final DecisionLog decisions;

    OutcomeLookup(Homes homes, DecisionLog decisions) {
        this.homes = homes;
        this.decisions = decisions;
    }

    /** {@return committed or rolled back if a row stands somewhere, else unknown} */
    Outcome outcome(TransactionId id) {
        for (NodeLink link : homes.all()) {
            try {
                NodeIdentity identity = link.use(c -> java.util.Objects.requireNonNull(link.identity()));
                if (!homes.isAlone(link)) {
                    continue; // Perhaps a copy, and its row not the one that counts.
                }
                List<TransactionId> ids = List.of(id);
                if (!link.use(c -> decisions.read(c, identity, ids)).rows().isEmpty()) {
                    // Told only what no failover to the synchronous standby can take back.
                    DecisionRow row =
                            link.use(c -> decisions.confirm(c, identity, ids)).get(id);
                    if (row != null) {
                        return row.read().kind().outcome();
                    }
                }
            } catch (SQLException | RuntimeException e) {
                LOG.debug("node '{}' did not answer about {}", link.node().name(), id, e);
            }
        }
        return Outcome.UNKNOWN;
    }
}
