package io.github.postgresxa.transaction;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionPhase;
import io.github.postgresxa.branch.Branch;
import io.github.postgresxa.branch.VerbResult;
import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.ManagerXid;
import io.github.postgresxa.gid.NameLength;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.gid.Roster;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.transaction.CommitProtocol.Ending;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subordinate case: another resource takes part, so the transaction manager decides and this is a subordinate
 * coordinator. Every writing branch is prepared, the home among them. The manager's decision is recorded at the home
 * before any branch obeys it, so that any process can carry it out if the manager cannot.
 */
final class SubordinateProtocol {

    private static final Logger LOG = LoggerFactory.getLogger(SubordinateProtocol.class);

    private final SubordinateDecisions decisions;
    private final Parallel parallel;
    private final CommitProtocol protocol;
    private final Runnable wakeRecovery;

    SubordinateProtocol(DecisionLog decisions, Parallel parallel, CommitProtocol protocol, Runnable wakeRecovery) {
        this.decisions = new SubordinateDecisions(decisions, parallel);
        this.parallel = parallel;
        this.protocol = protocol;
        this.wakeRecovery = wakeRecovery;
    }

    /**
     * Prepares a sealed transaction.
     *
     * @return the votes, and an ending whose outcome is UNKNOWN if branches are prepared and the manager has to decide,
     *     COMMITTED if no branch wrote, else ROLLED_BACK
     */
    Prepared prepare(GlobalTransaction transaction, ManagerXid xid) {
        Votes votes = protocol.voteWithXids(transaction);
        if (votes.problem() != null) {
            return Prepared.over(votes, protocol.rollback(transaction, votes, votes.problem()));
        }
        if (votes.writers().isEmpty()) {
            return Prepared.over(votes, protocol.endReaders(transaction, votes));
        }
        Branch home = votes.home();
        if (!name(transaction, home, home, xid).fits()) {
            SQLException problem = new SQLException(NameLength.problem(xid), "22023");
            return Prepared.over(votes, protocol.rollback(transaction, votes, problem));
        }
        protocol.steps().assignRoles(transaction, votes, true);
        List<VerbResult> answers = prepareAll(transaction, votes, xid);
        for (VerbResult answer : answers) {
            if (!answer.done()) {
                return giveUp(transaction, votes, answers, answer);
            }
        }
        return leaveToManager(transaction, votes, answers, null);
    }

    private List<VerbResult> prepareAll(GlobalTransaction transaction, Votes votes, ManagerXid xid) {
        // No branch is prepared that this does not name: whoever decides in this process's place has to know all.
        Roster roster = Roster.of(votes.writers().stream().map(Branch::identity).toList());
        try {
            return parallel.map(
                    votes.writers(), b -> protocol.steps().prepare(b, name(transaction, votes.home(), b, xid), roster));
        } catch (RuntimeException | Error e) {
            LOG.error(LogMessages.FAILED_IN_PHASE, transaction.id(), transaction.phase(), e);
            SQLException unknown = new SQLException("PREPARE TRANSACTION failed on the way: " + e, e);
            return Collections.nCopies(votes.writers().size(), new VerbResult(VerbResult.Kind.UNKNOWN, unknown));
        }
    }

    /**
     * Not every branch is prepared, so the manager has to roll back. What is prepared is listed, though, and an
     * operator may have ordered its commit. So a row A comes before any rollback. It also tells recovery what to do
     * with branches that stay, because their rollback is lost, or that are prepared later, when the manager has
     * forgotten the transaction. Where the home does not answer, nothing is rolled back: the manager asks again.
     */
    private Prepared giveUp(GlobalTransaction transaction, Votes votes, List<VerbResult> answers, VerbResult missing) {
        boolean refused = answers.stream().anyMatch(a -> a.kind() == VerbResult.Kind.REFUSED);
        if (answers.stream().allMatch(a -> a.kind() == VerbResult.Kind.REFUSED)) {
            // Nothing is listed, nor will be: there is nothing that an order could settle.
            return Prepared.over(votes, protocol.rollback(transaction, votes, missing.problem()));
        }
        Decision standing;
        try {
            standing = decisions.abort(transaction.id(), votes.home(), Votes.participants(votes.writers(), answers));
        } catch (SQLException | RuntimeException | Error e) {
            LOG.warn(LogMessages.LEFT_PREPARED, transaction.id(), XaAnswers.text(e));
            String why = "whether an operator has ordered a commit is not known (%s), so what is prepared waits for its"
                    + " home";
            return leaveToManager(transaction, votes, answers, unsettled(missing, why.formatted(XaAnswers.text(e))));
        }
        if (standing.kind() == Decision.Kind.ABORT) {
            return Prepared.over(votes, protocol.rollback(transaction, votes, missing.problem()));
        }
        // An operator's row C. Branches whose PREPARE was not answered may be prepared, and obey it; a manager that
        // commits learns what is missing.
        return leaveToManager(
                        transaction,
                        votes,
                        answers,
                        refused ? unsettled(missing, "an operator has ordered the commit") : null)
                .under(standing);
    }

    private static SQLException unsettled(VerbResult missing, String why) {
        return new SQLException("%s; %s".formatted(XaAnswers.text(missing.problem()), why), missing.problem());
    }

    private static Prepared leaveToManager(
            GlobalTransaction transaction, Votes votes, List<VerbResult> answers, @Nullable SQLException problem) {
        transaction.moveTo(TransactionPhase.PREPARED);
        return new Prepared(
                votes,
                Votes.participants(votes.writers(), answers),
                problem == null,
                null,
                new Ending(CommitOutcome.unknown(problem), votes.writers().size()));
    }

    private static Gid name(GlobalTransaction transaction, Branch home, Branch branch, ManagerXid xid) {
        return new Gid(transaction.id(), home.identity(), branch.identity(), xid);
    }

    /**
     * Commits as the manager decided. If the row cannot be written now, nothing has happened and the manager asks
     * again.
     */
    Ending commit(GlobalTransaction transaction, Prepared prepared) {
        return settle(transaction, prepared, Decision.Kind.COMMIT);
    }

    /**
     * Rolls back as the manager decided. The row A comes first, so that a late commit of the manager cannot win any
     * more.
     */
    Ending rollback(GlobalTransaction transaction, Prepared prepared) {
        try {
            return settle(transaction, prepared, Decision.Kind.ABORT);
        } finally {
            if (transaction.phase().isCommitted()) {
                transaction.overrule();
            }
        }
    }

    private Ending settle(GlobalTransaction transaction, Prepared prepared, Decision.Kind word) {
        Votes votes = prepared.votes();
        Decision decision = prepared.order();
        try {
            if (decision == null) {
                decision = decisions.settle(transaction.id(), votes, word, prepared.participants());
            }
        } catch (SQLException e) {
            return new Ending(CommitOutcome.unknown(e), votes.writers().size());
        }
        return decision.kind() == Decision.Kind.COMMIT
                ? finishCommitted(transaction, prepared, decision)
                : protocol.rollback(transaction, votes, null);
    }

    /**
     * Commits what is prepared. An operator's row does not name a branch whose PREPARE was never executed: without that
     * one the transaction is committed in part.
     */
    private Ending finishCommitted(GlobalTransaction transaction, Prepared prepared, Decision decision) {
        Votes votes = prepared.votes();
        transaction.moveTo(TransactionPhase.DECIDING);
        transaction.moveTo(TransactionPhase.COMMITTED);
        List<Branch> writers = votes.writers();
        List<Boolean> done = parallel.map(
                writers,
                b -> b.gid() != null && !b.isReleased() && protocol.finishing().commitPrepared(transaction.id(), b));
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

    /** Somebody may have rolled back a branch by hand. */
    private static CommitOutcome outcome(Decision decision, List<Branch> left) {
        List<String> missing = left.stream()
                .filter(b -> !decision.names(b.identity()) || b.endedAs() == Outcome.ROLLED_BACK)
                .map(b -> b.session().node().name())
                .toList();
        return missing.isEmpty()
                ? CommitOutcome.COMMITTED
                : CommitOutcome.unknown(new SQLException(
                        "what belongs to it on %s was not prepared when an operator ordered its end, or is rolled back"
                                .formatted(String.join(", ", missing))));
    }

    /**
     * How the first phase ended.
     *
     * @param votes the votes
     * @param participants the writers, as a row names them
     * @param agreed whether the manager may commit; if not, and branches are prepared, it has to roll back
     * @param order an operator's row C that came before the manager's decision: it counts, also when it is carried out
     *     and deleted; null if none was seen
     * @param ending see {@link #prepare}
     */
    record Prepared(
            Votes votes,
            List<Participant> participants,
            boolean agreed,
            @Nullable Decision order,
            Ending ending) {

        static Prepared over(Votes votes, Ending ending) {
            return new Prepared(votes, List.of(), false, null, ending);
        }

        Prepared under(Decision standing) {
            return new Prepared(votes, participants, agreed, standing, ending);
        }
    }
}
