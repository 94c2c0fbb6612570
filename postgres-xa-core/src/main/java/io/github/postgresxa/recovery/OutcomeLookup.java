package io.github.postgresxa.recovery;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.DecisionRow;
import io.github.postgresxa.gid.NodeIdentity;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks up how a transaction ended. A lookup changes nothing: one that fenced could abort what is about to commit. */
final class OutcomeLookup {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Homes homes;
    private final DecisionLog decisions;

    OutcomeLookup(Homes homes, DecisionLog decisions) {
        this.homes = homes;
        this.decisions = decisions;
    }

    /** {@return committed or rolled back if a row exists somewhere, else unknown} */
    Outcome outcome(TransactionId id) {
        for (NodeLink link : homes.all()) {
            try {
                NodeIdentity identity = link.use(c -> Objects.requireNonNull(link.identity()));
                if (!homes.isAlone(link)) {
                    // Perhaps a copy, whose row does not count.
                    continue;
                }
                List<TransactionId> ids = List.of(id);
                if (!link.use(c -> decisions.read(c, identity, ids)).rows().isEmpty()) {
                    // Reports only what no failover to the synchronous standby can take back.
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
