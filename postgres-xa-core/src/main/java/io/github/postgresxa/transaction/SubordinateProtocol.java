package io.github.postgresxa.transaction;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.TransactionPhase;
import io.github.postgresxa.branch.Branch;
import io.github.postgresxa.branch.VerbResult;
import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.Fences.Proof;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.ManagerXid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.transaction.CommitProtocol.Ending;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subordinate case: another resource takes part, so the transaction manager decides and this is a subordinate
 * coordinator. Every writing branch is prepared, the home among them. The manager's decision is recorded at the home
 * before any branch obeys it, so that any process can carry it out if the manager cannot.
 */
final class SubordinateProtocol {

    private static final Logger LOG = LoggerFactory.getLogger(SubordinateProtocol.class);

    private final DecisionLog decisions;
    private final Parallel parallel;
    private final CommitProtocol protocol;
    private final Runnable wakeRecovery;

    SubordinateProtocol(DecisionLog decisions, Parallel parallel, CommitProtocol protocol, Runnable wakeRecovery) {
        this.decisions = decisions;
        this.parallel = parallel;
        this.protocol = protocol;
        this.wakeRecovery = wakeRecovery;
    }

    /**
     * Prepares a sealed transaction.
     *
     * @return the votes, and an ending whose outcome is UNKNOWN if all is prepared and the manager has to decide,
     *     COMMITTED if no branch wrote, else ROLLED_BACK
     */
    Prepared prepare(GlobalTransaction transaction, ManagerXid xid) {
        Votes votes = protocol.voteWithXids(transaction);
        if (votes.problem() != null) {
            return new Prepared(votes, protocol.rollback(transaction, votes, votes.problem()));
        }
        if (votes.writers().isEmpty()) {
            return new Prepared(votes, protocol.endReaders(transaction, votes));
        }
        Branch home = votes.home();
        if (!name(transaction, home, home, xid).fits()) {
            SQLException problem = new SQLException(
                    "the transaction manager's identifier is too long to be part of a prepared transaction's name",
                    "22023");
            return new Prepared(votes, protocol.rollback(transaction, votes, problem));
        }
        protocol.steps().assignRoles(transaction, votes, true);
        List<VerbResult> answers =
                parallel.map(votes.writers(), b -> protocol.steps().prepare(b, name(transaction, home, b, xid)));
        for (VerbResult answer : answers) {
            if (!answer.done()) {
                boolean fenced = answers.stream().allMatch(a -> a.kind() == VerbResult.Kind.REFUSED)
                        || fenceForGood(transaction, votes, answers);
                if (!fenced && answers.stream().noneMatch(a -> a.kind() == VerbResult.Kind.REFUSED)) {
                    break;
                }
                return new Prepared(votes, protocol.rollback(transaction, votes, answer.problem()));
            }
        }
        transaction.moveTo(TransactionPhase.PREPARED);
        return new Prepared(
                votes, new Ending(CommitOutcome.unknown(null), votes.writers().size()));
    }

    /**
     * Writes a row A, which tells recovery what to do with branches that may stay. A prepared branch stays if its
     * rollback is lost. A branch whose reply was lost may be prepared later, when the manager has forgotten the
     * transaction. If the row cannot be written now, the manager's own recovery finds the branch and presumes the
     * abort.
     *
     * @return false if an operator's row C came first. If every branch may be prepared, all obey it, and the manager
     *     receives that, or what is missing, with the answer to its decision
     */
    private boolean fenceForGood(GlobalTransaction transaction, Votes votes, List<VerbResult> answers) {
        Branch home = votes.home();
        try (Wire wire = home.session().node().connect()) {
            return decisions
                            .fences()
                            .write(
                                    wire,
                                    transaction.id(),
                                    home.identity(),
                                    Votes.participants(votes.writers(), answers),
                                    List.of(),
                                    Proof.NOT_NEEDED)
                            .orElseThrow()
                            .decision()
                            .kind()
                    == Decision.Kind.ABORT;
        } catch (SQLException e) {
            LOG.warn(LogMessages.PERHAPS_LEFT_PREPARED, transaction.id(), XaAnswers.text(e));
            return true;
        }
    }

    private static Gid name(GlobalTransaction transaction, Branch home, Branch branch, ManagerXid xid) {
        return new Gid(transaction.id(), home.identity(), branch.identity(), xid);
    }

    /**
     * Commits as the manager decided. If the row cannot be written now, nothing has happened and the manager asks
     * again.
     */
    Ending commit(GlobalTransaction transaction, Votes votes) {
        return settle(transaction, votes, decisions::record);
    }

    /**
     * Rolls back as the manager decided. The row A comes first, so that a late commit of the manager cannot win any
     * more.
     */
    Ending rollback(GlobalTransaction transaction, Votes votes) {
        return settle(
                transaction,
                votes,
                (wire, id, home, participants) -> decisions
                        .fences()
                        .write(wire, id, home, participants, List.of(), Proof.NOT_NEEDED)
                        .orElseThrow()
                        .decision());
    }

    /** Records the manager's decision at the home. The row that exists afterwards counts. */
    private interface Word {
        Decision writeDown(Wire wire, TransactionId id, NodeIdentity home, List<Participant> participants)
                throws SQLException;
    }

    private Ending settle(GlobalTransaction transaction, Votes votes, Word word) {
        Branch home = votes.home();
        List<Participant> participants = Votes.participants(votes.writers());
        try (Wire wire = home.session().node().connect()) {
            Decision current = word.writeDown(wire, transaction.id(), home.identity(), participants);
            return current.kind() == Decision.Kind.COMMIT
                    ? finishCommitted(transaction, votes, current)
                    : protocol.rollback(transaction, votes, null);
        } catch (SQLException e) {
            return new Ending(CommitOutcome.unknown(e), votes.writers().size());
        }
    }

    /**
     * Commits what is prepared. An operator's row does not name a branch whose PREPARE was never executed: without that
     * one the transaction is committed in part.
     */
    private Ending finishCommitted(GlobalTransaction transaction, Votes votes, Decision decision) {
        transaction.moveTo(TransactionPhase.DECIDING);
        transaction.moveTo(TransactionPhase.COMMITTED);
        List<Branch> writers = votes.writers();
        List<Boolean> done = parallel.map(
                writers, b -> !b.isReleased() && protocol.finishing().commitPrepared(transaction.id(), b));
        List<Branch> left = IntStream.range(0, writers.size())
                .filter(i -> !done.get(i))
                .mapToObj(writers::get)
                .toList();
        if (!left.isEmpty()) {
            wakeRecovery.run();
        }
        parallel.map(
                votes.readers().stream().filter(b -> !b.isReleased()).toList(),
                b -> protocol.finishing().endReading(transaction.id(), b));
        return new Ending(outcome(decision, left), votes.writers().size());
    }

    private static CommitOutcome outcome(Decision decision, List<Branch> left) {
        List<String> missing = left.stream()
                .filter(b -> !decision.names(b.identity()))
                .map(b -> b.session().node().name())
                .toList();
        return missing.isEmpty()
                ? CommitOutcome.COMMITTED
                : CommitOutcome.unknown(new SQLException(
                        "an operator has ordered the commit, and what belongs to it on %s was not prepared then"
                                .formatted(String.join(", ", missing))));
    }

    /**
     * How the first phase ended.
     *
     * @param votes the votes
     * @param ending see {@link #prepare}
     */
    record Prepared(Votes votes, Ending ending) {}
}
