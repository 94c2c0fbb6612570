package io.github.postgresxa.transaction;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.branch.Answer;
import io.github.postgresxa.branch.Branch;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.Participant;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The commit protocol: check, vote, prepare the others, decide at the home, finish. Checked as {@code spec/CommitProtocol.tla}.
 *
 * <p>Until the decision is sent, anything that goes wrong rolls back everywhere. After it was sent, only the home knows. Once it is known to be
 * committed, nothing that goes wrong matters to the caller: recovery finishes what is left.
 */
final class CommitProtocol {

    private final DecisionLog decisions;
    private final HomeEnquiry enquiry;
    private final Parallel parallel;
    private final SignsOfLife signsOfLife;
    private final boolean singleWriterDecides;
    private final Runnable wakeRecovery;
    private final Contradictions contradictions;
    private final Steps steps;
    private final BiConsumer<TransactionId, List<Participant>> acknowledged;

    /**
     * @param decisions the decision log
     * @param enquiry how a lost reply is asked for
     * @param parallel how several nodes are asked at once
     * @param signsOfLife given while the others are prepared
     * @param singleWriterDecides whether a single writer leaves a row too
     * @param wakeRecovery called when something was left for recovery
     * @param contradictions notices what was finished by hand
     * @param steps the verbs on the branches
     * @param acknowledged told of every decision to commit: of its home, and of the branches that it names
     */
    CommitProtocol(
            DecisionLog decisions,
            HomeEnquiry enquiry,
            Parallel parallel,
            SignsOfLife signsOfLife,
            boolean singleWriterDecides,
            Runnable wakeRecovery,
            Contradictions contradictions,
            Steps steps,
            BiConsumer<TransactionId, List<Participant>> acknowledged) {
        this.decisions = decisions;
        this.enquiry = enquiry;
        this.parallel = parallel;
        this.signsOfLife = signsOfLife;
        this.singleWriterDecides = singleWriterDecides;
        this.wakeRecovery = wakeRecovery;
        this.contradictions = contradictions;
        this.steps = steps;
        this.acknowledged = acknowledged;
    }

    /**
     * Commits a sealed transaction.
     *
     * <p>Before: phase PREPARING; no statement runs any more. After: what was answered is true for ever, whatever crashes.
     */
    Ending commit(GlobalTransaction transaction) {
        List<Branch> branches = transaction.branches();
        if (branches.size() == 1 && !singleWriterDecides) {
            return commitOnly(transaction, branches.get(0));
        }
        Ballot ballot = vote(transaction);
        if (ballot.problem() != null) {
            return rollback(transaction, ballot, ballot.problem());
        }
        if (ballot.writers().isEmpty()) {
            return endReaders(transaction, ballot);
        }
        Branch home = ballot.home();
        List<Branch> others = ballot.others();
        boolean decides = !others.isEmpty() || singleWriterDecides;
        steps.cast(transaction, ballot, decides);
        if (!decides) {
            return commitSingleWriter(transaction, ballot, home);
        }
        SQLException problem = others.isEmpty() ? askXid(home) : null;
        if (problem != null) {
            return rollback(transaction, ballot, problem);
        }
        if (others.isEmpty() && home.xid() == null) {
            return commitSingleWriter(
                    transaction, ballot, home); // It wrote nothing yet, so there is nothing to decide on.
        }
        Answer refusal = prepare(transaction.id(), home, others);
        if (refusal != null) {
            return rollback(transaction, ballot, refusal.problem());
        }
        return decide(transaction, ballot, home, others);
    }

    /** {@return the votes of a sealed transaction's branches, with the reason if it can only be rolled back} */
    Ballot vote(GlobalTransaction transaction) {
        return vote(transaction, false);
    }

    /**
     * The same for the second form, where a row A names branches whose PREPARE may still be on its way: the janitor keeps it until their xids have ended.
     */
    Ballot voteWithXids(GlobalTransaction transaction) {
        return vote(transaction, true);
    }

    /** The verbs, for the second form. */
    Steps steps() {
        return steps;
    }

    private Ballot vote(GlobalTransaction transaction, boolean withXids) {
        List<Branch> branches = transaction.branches();
        SQLException problem = firstProblem(transaction);
        return problem == null ? Ballot.take(branches, parallel, withXids) : new Ballot(List.of(), List.of(), problem);
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

    /** No prepared branch of a single writer tells later that nothing was decided: its xid has to be known for that. */
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

    /** A transaction on one node is that node's local transaction; nobody has to be asked whether it wrote. */
    private Ending commitOnly(GlobalTransaction transaction, Branch branch) {
        SQLException problem = firstProblem(transaction);
        if (problem != null) {
            return rollback(transaction, Ballot.NONE, problem);
        }
        if (!branch.work().begun()) {
            transaction.moveTo(Phase.COMMITTED);
            return new Ending(CommitOutcome.COMMITTED, 0);
        }
        steps.only(transaction.id(), branch);
        return plainCommit(transaction, Ballot.NONE, branch);
    }

    /** Nobody wrote. */
    Ending endReaders(GlobalTransaction transaction, Ballot ballot) {
        transaction.moveTo(Phase.COMMITTED);
        steps.cast(transaction, ballot, false);
        commitReaders(transaction.id(), ballot); // A reader's end that fails loses nothing.
        return new Ending(CommitOutcome.COMMITTED, 0);
    }

    private Ending commitSingleWriter(GlobalTransaction transaction, Ballot ballot, Branch writer) {
        Ending ending = plainCommit(transaction, ballot, writer);
        if (ending.outcome().outcome() == Outcome.COMMITTED) {
            commitReaders(transaction.id(), ballot);
        } else {
            undo(transaction, ballot.readers());
        }
        return ending;
    }

    private void commitReaders(TransactionId id, Ballot ballot) {
        parallel.quick(ballot.readers(), b -> steps.endReading(id, b));
    }

    /** As with plain JDBC: no row is left, so after a lost reply nobody can be asked. */
    private Ending plainCommit(GlobalTransaction transaction, Ballot ballot, Branch branch) {
        transaction.moveTo(Phase.DECIDING);
        Answer answer = steps.commit(transaction.id(), branch);
        return switch (answer.kind()) {
            case DONE -> {
                transaction.moveTo(Phase.COMMITTED);
                yield new Ending(CommitOutcome.COMMITTED, 0);
            }
            case REFUSED -> {
                transaction.moveTo(Phase.ABORTED);
                undo(transaction, List.of(branch));
                yield new Ending(CommitOutcome.rolledBack(answer.problem()), 0);
            }
            case UNKNOWN -> {
                transaction.moveTo(Phase.UNKNOWN);
                transaction.moveTo(Phase.UNDECIDED);
                yield new Ending(CommitOutcome.unknown(answer.problem()), 0);
            }
        };
    }

    /** All writers but the home, at once. */
    private @Nullable Answer prepare(TransactionId id, Branch home, List<Branch> others) {
        List<Answer> answers = signsOfLife.during(
                id,
                home,
                () -> parallel.map(others, b -> steps.prepare(b, new Gid(id, home.identity(), b.identity()))));
        return answers.stream().filter(a -> !a.done()).findFirst().orElse(null);
    }

    private Ending decide(GlobalTransaction transaction, Ballot ballot, Branch home, List<Branch> others) {
        transaction.moveTo(Phase.DECIDING);
        Answer answer = steps.decide(
                transaction.id(),
                home,
                decisions.commitBurst(transaction.id(), home.session(), Ballot.participants(others)));
        return switch (answer.kind()) {
            case DONE -> finish(transaction, ballot, others);
            case REFUSED -> rollback(transaction, ballot, answer.problem());
            case UNKNOWN -> {
                transaction.moveTo(Phase.UNKNOWN);
                CommitOutcome outcome = enquiry.ask(transaction.id(), home, named(transaction, home), answer);
                yield switch (outcome.outcome()) {
                    case COMMITTED -> finish(transaction, ballot, others);
                    case ROLLED_BACK -> rollback(transaction, ballot, outcome.reason());
                    case UNKNOWN -> leaveToRecovery(transaction, ballot, others, outcome);
                };
            }
        };
    }

    /** Decided: the prepared branches are committed and the readers ended. What fails now is recovery's work. */
    private Ending finish(GlobalTransaction transaction, Ballot ballot, List<Branch> others) {
        transaction.moveTo(Phase.COMMITTED);
        acknowledged.accept(transaction.id(), Ballot.participants(ballot.writers()));
        List<Branch> left = new ArrayList<>(others);
        left.addAll(ballot.readers());
        TransactionId id = transaction.id();
        List<Boolean> finished =
                parallel.map(left, b -> others.contains(b) ? commitPrepared(id, b) : steps.endReading(id, b) != null);
        if (finished.contains(false)) {
            wakeRecovery.run();
        }
        return new Ending(CommitOutcome.COMMITTED, others.size());
    }

    /** {@return whether the branch of a decided transaction is committed by us} */
    boolean commitPrepared(TransactionId id, Branch branch) {
        boolean done = steps.commitPrepared(id, branch).done();
        if (!done) {
            contradictions.look(branch, Outcome.COMMITTED);
        }
        return done;
    }

    private Ending leaveToRecovery(
            GlobalTransaction transaction, Ballot ballot, List<Branch> others, CommitOutcome outcome) {
        transaction.moveTo(Phase.UNDECIDED);
        transaction.askLaterAt(ballot.home());
        undo(transaction, ballot.readers());
        wakeRecovery.run();
        return new Ending(outcome, others.size());
    }

    /**
     * The manager comes back to a transaction whose outcome it was told to be unknown.
     *
     * @return what is known by now; a single writer left no row to ask for
     */
    CommitOutcome askAgain(GlobalTransaction transaction) {
        Branch home = transaction.askLaterAt();
        return home == null
                ? CommitOutcome.unknown(null)
                : enquiry.askOnce(transaction.id(), home, named(transaction, home), Answer.LOST);
    }

    /** {@return the branches that the row C names, as far as their xids are known} */
    private static List<Participant> named(GlobalTransaction transaction, Branch home) {
        return transaction.branches().stream()
                .filter(b -> b != home && b.xid() != null)
                .map(Branch::asParticipant)
                .toList();
    }

    /** Ends every branch without effect. Needs no row: without a decision sent, no row C can ever come. */
    Ending rollback(GlobalTransaction transaction, Ballot ballot, @Nullable Throwable reason) {
        transaction.moveTo(Phase.ABORTED);
        undo(transaction, transaction.branches());
        return new Ending(CommitOutcome.rolledBack(reason), ballot.writers().size());
    }

    /** Ends the branches of a transaction that was sealed as ABORTED; another thread may still be at work in one of them. */
    void abort(TransactionId id, List<Branch> branches, String reason) {
        if (parallel.map(branches, b -> rollback(id, b, reason)).contains(false)) {
            wakeRecovery.run();
        }
    }

    private boolean rollback(TransactionId id, Branch branch, String reason) {
        boolean done = steps.rollback(id, branch, reason);
        if (!done) {
            contradictions.look(branch, Outcome.ROLLED_BACK);
        }
        return done;
    }

    private void undo(GlobalTransaction transaction, List<Branch> branches) {
        abort(transaction.id(), branches, "the transaction is rolled back");
    }

    /**
     * How a transaction ended.
     *
     * @param outcome what the application is told
     * @param prepared how many branches were prepared on the way, at most
     */
    record Ending(CommitOutcome outcome, int prepared) {}
}
