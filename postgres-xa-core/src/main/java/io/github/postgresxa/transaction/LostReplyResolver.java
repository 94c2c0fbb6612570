package io.github.postgresxa.transaction;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.branch.Branch;
import io.github.postgresxa.branch.VerbResult;
import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.Fence;
import io.github.postgresxa.decision.Tables;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.node.MonotonicClock;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the home for the outcome after the reply to a decision was lost: through the fence, on a fresh connection. A
 * plain read proves nothing, because the decision may still be on its way.
 */
final class LostReplyResolver {

    private static final Logger LOG = LoggerFactory.getLogger(LostReplyResolver.class);

    private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(200);

    private final DecisionLog decisions;
    private final Duration limit;
    private final MonotonicClock clock;

    /**
     * Creates a resolver.
     *
     * @param limit how long the caller of commit waits for the answer
     * @param clock waits between two questions
     */
    LostReplyResolver(DecisionLog decisions, Duration limit, MonotonicClock clock) {
        this.decisions = decisions;
        this.limit = limit;
        this.clock = clock;
    }

    /**
     * Asks until the home answers or the limit is over.
     *
     * @param id the transaction
     * @param home the home's branch, whose session may be broken
     * @param others the branches that the row C names
     * @param lost why the reply is missing
     * @return committed, rolled back, or unknown if the home does not answer in time
     */
    CommitOutcome ask(TransactionId id, Branch home, List<Participant> others, VerbResult lost) {
        return ask(id, home, others, lost, limit);
    }

    /** {@return the answer to one more question, without waiting for a home that does not answer} */
    CommitOutcome askOnce(TransactionId id, Branch home, List<Participant> others, VerbResult lost) {
        return ask(id, home, others, lost, Duration.ZERO);
    }

    private CommitOutcome ask(
            TransactionId id, Branch home, List<Participant> others, VerbResult lost, Duration limit) {
        List<NodeIdentity> asked = others.stream().map(Participant::identity).toList();
        long deadline = clock.nanos() + limit.toNanos();
        SQLException last = lost.problem();
        do {
            try (Wire wire = home.session().node().connect()) {
                try {
                    Optional<Fence> fence = decisions
                            .fences()
                            .write(
                                    wire,
                                    id,
                                    home.identity(),
                                    List.of(),
                                    asked,
                                    written -> written.provesRollback(home.xid(), others));
                    return fence.map(f -> answer(f, home, others, lost))
                            .orElseGet(() -> CommitOutcome.unknown(lost.problem()));
                } catch (SQLException e) {
                    if ("55P03".equals(e.getSQLState())) {
                        endHangingSession(home);
                    }
                    throw e;
                }
            } catch (SQLException e) {
                LOG.debug("asking {} about {} again", home, id, e);
                last = e;
            }
        } while (clock.nanos() < deadline && clock.pause(BETWEEN_QUESTIONS));
        return CommitOutcome.unknown(last);
    }

    private static CommitOutcome answer(Fence fence, Branch home, List<Participant> others, VerbResult lost) {
        if (fence.decision().kind() == Decision.Kind.COMMIT) {
            return CommitOutcome.COMMITTED;
        }
        return fence.provesRollback(home.xid(), others)
                ? CommitOutcome.rolledBack(lost.problem())
                : CommitOutcome.unknown(lost.problem());
    }

    /**
     * Terminates a backend that holds the row uncommitted and does not end. Once it is gone, the fence says how the
     * transaction ended. The process number alone could belong to another session by now, so the backend must be in a
     * transaction that wrote and is at the decision.
     */
    private static void endHangingSession(Branch home) throws SQLException {
        if (home.isReleased() || !home.session().isDirect()) {
            // The process numbers of a pooler are not those of its server.
            return;
        }
        int backend = home.session().wire().backend();
        try (Wire wire = home.session().node().connect()) {
            wire.send("select pg_terminate_backend(pid) from pg_stat_activity where pid = %d and usename = current_user"
                                    .formatted(backend)
                            + " and backend_xid is not null and (query like '%." + Tables.DECISION
                            + " %' or query ilike '%commit%')")
                    .orThrow();
        }
    }
}
