package io.github.postgresxa.transaction;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.branch.Branch;
import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.Fence;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.prepared.PreparedList;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Writes down at the home what a transaction manager has decided. The row that exists afterwards counts: an operator
 * may have ordered the other end in the manager's place. His row may even be carried out and deleted already, which
 * leaves no row and nothing prepared. So each row is proved while it holds the key and is invisible to all others.
 */
final class SubordinateDecisions {

    private final DecisionLog decisions;
    private final Parallel parallel;

    SubordinateDecisions(DecisionLog decisions, Parallel parallel) {
        this.decisions = decisions;
        this.parallel = parallel;
    }

    /**
     * Writes the manager's decision. Before: every writer is prepared, as far as its PREPARE was answered. After: the
     * decision that is returned is the end of the transaction.
     *
     * @param id the transaction
     * @param votes the votes
     * @param word what the manager decided
     * @param participants the writers, as a row names them
     * @return the row that exists, or the end that the branches show if its row is deleted
     * @throws SQLException if nothing is known
     */
    Decision settle(TransactionId id, Votes votes, Decision.Kind word, List<Participant> participants)
            throws SQLException {
        Optional<Decision> row = word == Decision.Kind.COMMIT
                ? writeCommit(votes, participants)
                : writeAbort(id, votes.home(), participants);
        return row.isPresent() ? row.get() : carriedOut(id, votes.writers(), participants);
    }

    /**
     * Writes A unless a row exists.
     *
     * @return the row that exists
     * @throws SQLException if nothing is known
     */
    Decision abort(TransactionId id, Branch home, List<Participant> participants) throws SQLException {
        return writeAbort(id, home, participants).orElseThrow(SubordinateDecisions::unknown);
    }

    private Optional<Decision> writeCommit(Votes votes, List<Participant> participants) throws SQLException {
        Gid branch = Objects.requireNonNull(votes.home().gid(), "a manager commits what is not prepared");
        try (Wire wire = votes.home().session().node().connect()) {
            return decisions.record(
                    wire, branch, participants, () -> isAnyPrepared(votes.writers()) || areCommitted(votes.writers()));
        }
    }

    /** Whether one is prepared. All were: a row A that was carried out has ended all of them. */
    private static boolean isAnyPrepared(List<Branch> writers) throws SQLException {
        SQLException silent = null;
        for (Branch branch : writers) {
            Gid gid = branch.gid();
            try {
                if (gid != null && PreparedList.lists(branch.session().node(), gid)) {
                    return true;
                }
            } catch (SQLException e) {
                silent = e;
            }
        }
        if (silent != null) {
            throw silent;
        }
        return false;
    }

    /** Somebody has committed all of them by hand. A failover may undo that: then recovery needs the row. */
    private boolean areCommitted(List<Branch> writers) {
        return parallel.map(writers, Branch::endedAs).stream().allMatch(end -> end == Outcome.COMMITTED);
    }

    private Optional<Decision> writeAbort(TransactionId id, Branch home, List<Participant> participants)
            throws SQLException {
        try (Wire wire = home.session().node().connect()) {
            return decisions
                    .fences()
                    .write(
                            wire,
                            id,
                            home.identity(),
                            participants,
                            participants.stream().map(Participant::identity).toList(),
                            written -> written.provesThatNoCommitWasOrdered(participants))
                    .map(Fence::decision);
        }
    }

    /** {@return the decision whose row was deleted, as the branches show it; if they differ, the end is mixed} */
    private Decision carriedOut(TransactionId id, List<Branch> writers, List<Participant> participants)
            throws SQLException {
        Set<Outcome> ends = EnumSet.copyOf(parallel.map(writers, Branch::endedAs));
        if (ends.contains(Outcome.UNKNOWN)) {
            throw unknown();
        }
        Decision.Kind kind = ends.contains(Outcome.COMMITTED) ? Decision.Kind.COMMIT : Decision.Kind.ABORT;
        return new Decision(id, kind, participants);
    }

    private static SQLException unknown() {
        return new SQLException("a decision that an operator ordered may have been carried out and deleted since");
    }
}
