package io.github.postgresxa.transaction;

import io.github.postgresxa.BranchRole;
import io.github.postgresxa.CommitStep;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.branch.Branch;
import io.github.postgresxa.branch.VerbResult;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.Roster;
import java.sql.SQLException;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Sends every verb at the end of a transaction to its node, and reports each to the listener. */
final class Steps {

    private final XaListener listener;
    private final HomeChoice homes;

    /**
     * Creates the verbs.
     *
     * @param listener called before and after each step; it never throws
     * @param homes learns what a node refused
     */
    Steps(XaListener listener, HomeChoice homes) {
        this.listener = listener;
        this.homes = homes;
    }

    VerbResult prepare(Branch branch, Gid gid) {
        return prepare(branch, gid, Roster.NONE);
    }

    VerbResult prepare(Branch branch, Gid gid, Roster roster) {
        return answer(gid.transaction(), CommitStep.PREPARE, branch, () -> branch.prepare(gid, roster));
    }

    VerbResult decide(TransactionId id, Branch home, String burst) {
        return answer(id, CommitStep.DECIDE, home, () -> DecisionRefusal.explain(home.session(), home.decide(burst)));
    }

    VerbResult commit(TransactionId id, Branch branch) {
        return answer(id, CommitStep.COMMIT, branch, branch::commit);
    }

    VerbResult endReading(TransactionId id, Branch branch) {
        return answer(id, CommitStep.COMMIT, branch, branch::endReading);
    }

    VerbResult commitPrepared(TransactionId id, Branch branch) {
        return answer(id, CommitStep.FINISH, branch, branch::commitPrepared);
    }

    /** {@return whether it is done} */
    boolean rollback(TransactionId id, Branch branch, String reason) {
        return watched(id, CommitStep.ROLLBACK, branch, () -> branch.rollback(reason), done -> done);
    }

    /**
     * Reports the roles, and why the home is the home. A SERIALIZABLE reader counts as a reader, although its vote
     * ended it and it is not among the votes any more.
     */
    void assignRoles(GlobalTransaction transaction, Votes votes, boolean decides) {
        for (Branch branch : transaction.branches()) {
            if (branch.work().begun()) {
                listener.roleAssigned(transaction.id(), name(branch), role(votes, branch, decides));
            }
        }
        if (decides) {
            listener.homeChosen(transaction.id(), name(votes.home()), votes.homeReason());
        }
    }

    private static BranchRole role(Votes votes, Branch branch, boolean decides) {
        if (!votes.writers().contains(branch)) {
            return BranchRole.READER;
        }
        if (!decides) {
            return BranchRole.ONLY;
        }
        return branch == votes.home() ? BranchRole.HOME : BranchRole.PARTICIPANT;
    }

    void only(TransactionId id, Branch branch) {
        listener.roleAssigned(id, name(branch), BranchRole.ONLY);
    }

    private VerbResult answer(TransactionId id, CommitStep step, Branch branch, Supplier<VerbResult> verb) {
        VerbResult answer = watched(id, step, branch, verb, VerbResult::done);
        SQLException problem = answer.problem();
        if (answer.kind() == VerbResult.Kind.REFUSED && problem != null) {
            homes.refused(step, branch, problem);
        }
        return answer;
    }

    private <T> T watched(TransactionId id, CommitStep step, Branch branch, Supplier<T> verb, Predicate<T> isDone) {
        String node = name(branch);
        boolean done = false;
        listener.stepBegins(id, step, node);
        long began = System.nanoTime();
        try {
            T answer = verb.get();
            done = isDone.test(answer);
            if (done) {
                branch.session().node().experience().done(step, System.nanoTime() - began);
            }
            return answer;
        } finally {
            listener.stepEnded(id, step, node, done);
        }
    }

    private static String name(Branch branch) {
        return branch.session().node().name();
    }
}
