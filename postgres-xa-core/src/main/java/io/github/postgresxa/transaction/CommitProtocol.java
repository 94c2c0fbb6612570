package io.github.postgresxa.transaction;

import io.github.postgresxa.Acknowledge;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.TransactionPhase;
import io.github.postgresxa.branch.Branch;
import io.github.postgresxa.branch.VerbResult;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.transaction.HomeChoice.Form;
import java.sql.SQLException;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The commit protocol: check, vote, prepare the others, decide at the home, finish. The model is
 * {@code spec/CommitProtocol.tla}.
 *
 * <p>Before the decision is sent, any failure rolls back everywhere. After that, only the home knows the outcome. Once
 * the commit is known, no failure matters to the caller: recovery finishes what is left.
 */
final class CommitProtocol {

    private final DecisionLog decisions;
    private final LostReplyResolver enquiry;
    private final Parallel parallel;
    private final HomeChoice homes;
    private final SignsOfLife signsOfLife;
    private final boolean singleWriterDecides;
    private final Runnable wakeRecovery;
    private final HeuristicReporter heuristics;
    private final Steps steps;
    private final Finishing finishing;
    private final BiConsumer<TransactionId, List<Participant>> acknowledged;

    /**
     * Creates the protocol.
     *
     * @param decisions the decision log
     * @param enquiry finds the outcome after a lost reply
     * @param parallel runs a step on several nodes at once
     * @param homes chooses the home
     * @param signsOfLife sent while the others are prepared
     * @param singleWriterDecides whether a single writer leaves a row, too
     * @param wakeRecovery called when something is left for recovery
     * @param heuristics notices what was finished by hand
     * @param steps the verbs on the branches
     * @param finishing carries out the decision to commit
     * @param acknowledged receives every decision to commit: the home and the branches that it names
     */
    CommitProtocol(
            DecisionLog decisions,
            LostReplyResolver enquiry,
            Parallel parallel,
            HomeChoice homes,
            SignsOfLife signsOfLife,
            boolean singleWriterDecides,
            Runnable wakeRecovery,
            HeuristicReporter heuristics,
            Steps steps,
            Finishing finishing,
            BiConsumer<TransactionId, List<Participant>> acknowledged) {
        this.decisions = decisions;
        this.enquiry = enquiry;
        this.parallel = parallel;
        this.homes = homes;
        this.signsOfLife = signsOfLife;
        this.singleWriterDecides = singleWriterDecides;
        this.wakeRecovery = wakeRecovery;
        this.heuristics = heuristics;
        this.steps = steps;
        this.finishing = finishing;
        this.acknowledged = acknowledged;
    }

    /**
     * Commits a sealed transaction.
     *
     * <p>Before: phase PREPARING; no statement runs any more. After: the returned outcome is final, whatever crashes.
     */
    Ending commit(GlobalTransaction transaction) {
        List<Branch> branches = transaction.branches();
        if (branches.size() == 1 && !singleWriterDecides) {
            return commitOnly(transaction, branches.get(0));
        }
        Votes votes = vote(transaction);
        if (votes.problem() != null) {
            return rollback(transaction, votes, votes.problem());
        }
        if (votes.writers().isEmpty()) {
            return endReaders(transaction, votes);
        }
        Branch home = votes.home();
        List<Branch> others = votes.others();
        boolean decides = !others.isEmpty() || singleWriterDecides;
        steps.assignRoles(transaction, votes, decides);
        if (!decides) {
            return commitSingleWriter(transaction, votes, home);
        }
        SQLException problem = others.isEmpty() ? askXid(home) : null;
        if (problem != null) {
            return rollback(transaction, votes, problem);
        }
        if (others.isEmpty() && home.xid() == null) {
            // It has written nothing yet, so there is nothing to decide.
            return commitSingleWriter(transaction, votes, home);
        }
        VerbResult refusal = prepare(transaction.id(), home, others);
        if (refusal != null) {
            return rollback(transaction, votes, refusal.problem());
        }
        return decide(transaction, votes, home, others);
    }

    /** {@return the votes of a sealed transaction's branches, with the reason if it can only be rolled back} */
    Votes vote(GlobalTransaction transaction) {
        return vote(transaction, transaction.acknowledge() == Acknowledge.DECIDED ? Form.DECIDED : Form.FINISHED);
    }

    /**
     * Takes the votes for a subordinate. A row A may name branches whose PREPARE is still on its way; the janitor keeps
     * it until their xids have ended.
     */
    Votes voteWithXids(GlobalTransaction transaction) {
        return vote(transaction, Form.SUBORDINATE);
    }

    /** {@return what carries out the decision to commit, for a subordinate} */
    Finishing finishing() {
        return finishing;
    }

    /** {@return the verbs, for a subordinate} */
    Steps steps() {
        return steps;
    }

    private Votes vote(GlobalTransaction transaction, Form form) {
        List<Branch> branches = transaction.branches();
        SQLException problem = firstProblem(transaction);
        return problem == null ? Votes.take(branches, parallel, form, homes) : Votes.rejected(problem);
    }

    private static @Nullable SQLException firstProblem(GlobalTransaction transaction) {
        SQLException doom = transaction.doom();
        if (doom != null) {
            return doom;
        }
        for (Branch branch : transaction.branches()) {
            SQLException problem = branch.check();
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    /**
     * Makes sure that the xid is known. A single writer leaves no prepared branch, so only its xid can show later that
     * nothing was decided.
     */
    private static @Nullable SQLException askXid(Branch home) {
        try {
            if (home.xid() == null) {
                home.voteWithXid();
            }
            return null;
        } catch (SQLException e) {
            return e;
        }
    }

    /** Commits a transaction on one node: it is that node's local transaction, so no vote is needed. */
    private Ending commitOnly(GlobalTransaction transaction, Branch branch) {
        SQLException problem = firstProblem(transaction);
        if (problem != null) {
            return rollback(transaction, Votes.NONE, problem);
        }
        if (!branch.work().begun()) {
            transaction.moveTo(TransactionPhase.COMMITTED);
            return new Ending(CommitOutcome.COMMITTED, 0);
        }
        steps.only(transaction.id(), branch);
        return plainCommit(transaction, Votes.NONE, branch);
    }

    /** Ends a transaction without a writer. */
    Ending endReaders(GlobalTransaction transaction, Votes votes) {
        transaction.moveTo(TransactionPhase.COMMITTED);
        steps.assignRoles(transaction, votes, false);
        // A failure to end a reader loses nothing.
        commitReaders(transaction.id(), votes);
        return new Ending(CommitOutcome.COMMITTED, 0);
    }

    private Ending commitSingleWriter(GlobalTransaction transaction, Votes votes, Branch writer) {
        Ending ending = plainCommit(transaction, votes, writer);
        if (ending.outcome().outcome() == Outcome.COMMITTED) {
            commitReaders(transaction.id(), votes);
        } else {
            undo(transaction, votes.readers());
        }
        return ending;
    }

    private void commitReaders(TransactionId id, Votes votes) {
        parallel.quick(votes.readers(), b -> finishing.endReading(id, b));
    }

    /** Commits as plain JDBC does: no row is left, so after a lost reply the outcome cannot be looked up. */
    private Ending plainCommit(GlobalTransaction transaction, Votes votes, Branch branch) {
        transaction.moveTo(TransactionPhase.DECIDING);
        VerbResult answer = steps.commit(transaction.id(), branch);
        return switch (answer.kind()) {
            case DONE -> {
                transaction.moveTo(TransactionPhase.COMMITTED);
                yield new Ending(CommitOutcome.COMMITTED, 0);
            }
            case REFUSED -> {
                transaction.moveTo(TransactionPhase.ABORTED);
                undo(transaction, List.of(branch));
                yield new Ending(CommitOutcome.rolledBack(answer.problem()), 0);
            }
            case UNKNOWN -> {
                transaction.moveTo(TransactionPhase.UNKNOWN);
                transaction.moveTo(TransactionPhase.UNDECIDED);
                yield new Ending(CommitOutcome.unknown(answer.problem()), 0);
            }
        };
    }

    /** Prepares all writers but the home, at once. */
    private @Nullable VerbResult prepare(TransactionId id, Branch home, List<Branch> others) {
        List<VerbResult> answers = signsOfLife.during(
                id,
                home,
                () -> parallel.map(others, b -> steps.prepare(b, new Gid(id, home.identity(), b.identity()))));
        for (VerbResult answer : answers) {
            if (!answer.done()) {
                return answer;
            }
        }
        return null;
    }

    private Ending decide(GlobalTransaction transaction, Votes votes, Branch home, List<Branch> others) {
        transaction.moveTo(TransactionPhase.DECIDING);
        VerbResult answer = steps.decide(
                transaction.id(),
                home,
                decisions.commitStatements(transaction.id(), home.session(), Votes.participants(others)));
        return switch (answer.kind()) {
            case DONE -> finish(transaction, votes, others);
            case REFUSED -> rollback(transaction, votes, answer.problem());
            case UNKNOWN -> {
                transaction.moveTo(TransactionPhase.UNKNOWN);
                CommitOutcome outcome = enquiry.ask(transaction.id(), home, named(transaction, home), answer);
                yield switch (outcome.outcome()) {
                    case COMMITTED -> finish(transaction, votes, others);
                    case ROLLED_BACK -> rollback(transaction, votes, outcome.reason());
                    case UNKNOWN -> leaveToRecovery(transaction, votes, others, outcome);
                };
            }
        };
    }

    /**
     * Commits the prepared branches and ends the readers of a decided transaction, before the caller gets its answer or
     * after, as the transaction wants it. What fails now is recovery's work.
     */
    private Ending finish(GlobalTransaction transaction, Votes votes, List<Branch> others) {
        List<Branch> readers = votes.readers();
        boolean later = transaction.acknowledge() == Acknowledge.DECIDED && !(others.isEmpty() && readers.isEmpty());
        transaction.moveTo(later ? TransactionPhase.ACKNOWLEDGED : TransactionPhase.COMMITTED);
        acknowledged.accept(transaction.id(), Votes.participants(votes.writers()));
        if (later) {
            finishing.later(transaction, others, readers);
        } else {
            finishing.now(transaction.id(), others, readers);
        }
        return new Ending(CommitOutcome.COMMITTED, others.size());
    }

    private Ending leaveToRecovery(
            GlobalTransaction transaction, Votes votes, List<Branch> others, CommitOutcome outcome) {
        transaction.moveTo(TransactionPhase.UNDECIDED);
        transaction.askLaterAt(votes.home());
        undo(transaction, votes.readers());
        wakeRecovery.run();
        return new Ending(outcome, others.size());
    }

    /**
     * Looks up the outcome again, for a manager that returns to a transaction reported as unknown.
     *
     * @return what is known by now; a single writer has no row to look up
     */
    CommitOutcome askAgain(GlobalTransaction transaction) {
        Branch home = transaction.askLaterAt();
        return home == null
                ? CommitOutcome.unknown(null)
                : enquiry.askOnce(transaction.id(), home, named(transaction, home), VerbResult.LOST);
    }

    /** {@return the branches that the row C names, as far as their xids are known} */
    private static List<Participant> named(GlobalTransaction transaction, Branch home) {
        return transaction.branches().stream()
                .filter(b -> b != home && b.xid() != null)
                .map(Branch::asParticipant)
                .toList();
    }

    /** Ends every branch without effect. Needs no row: the decision was not sent, so no row C can appear. */
    Ending rollback(GlobalTransaction transaction, Votes votes, @Nullable Throwable reason) {
        transaction.moveTo(TransactionPhase.ABORTED);
        undo(transaction, transaction.branches());
        return new Ending(CommitOutcome.rolledBack(reason), votes.writers().size());
    }

    /**
     * Ends the branches of a transaction that was sealed as ABORTED. Another thread may still be at work in one of
     * them.
     */
    void abort(TransactionId id, List<Branch> branches, String reason) {
        if (parallel.map(branches, b -> rollback(id, b, reason)).contains(false)) {
            wakeRecovery.run();
        }
    }

    private boolean rollback(TransactionId id, Branch branch, String reason) {
        boolean done = steps.rollback(id, branch, reason);
        if (!done) {
            heuristics.check(branch, Outcome.ROLLED_BACK);
        }
        return done;
    }

    private void undo(GlobalTransaction transaction, List<Branch> branches) {
        abort(transaction.id(), branches, "the transaction is rolled back");
    }

    /**
     * How a transaction ended.
     *
     * @param outcome what is reported to the application
     * @param prepared how many branches were prepared on the way, at most
     */
    record Ending(CommitOutcome outcome, int prepared) {}
}
