package io.github.postgresxa.transaction;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.TransactionPhase;
import io.github.postgresxa.branch.Branch;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.node.Dispatch;
import io.github.postgresxa.node.ReadYourWrites;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the decision to commit: commits the prepared branches and ends the readers, before the caller gets its
 * answer or after. The outcome is certain; what fails here is recovery's work.
 *
 * <p>In the background each branch is one task, which holds the session of its branch. So there are never more tasks
 * than sessions in the pools, and none waits for a session, a lock or another task.
 */
final class Finishing {

    private static final Logger LOG = LoggerFactory.getLogger(FacadeXaResource.class);

    private final Parallel parallel;
    private final Executor background;
    private final Steps steps;
    private final HeuristicReporter heuristics;
    private final Runnable wakeRecovery;

    /**
     * Creates the step.
     *
     * @param parallel finishes several branches at once, while the caller waits
     * @param background finishes a branch while the caller goes on
     * @param steps the verbs on the branches
     * @param heuristics notices what was finished by hand
     * @param wakeRecovery called when something is left for recovery
     */
    Finishing(
            Parallel parallel, Executor background, Steps steps, HeuristicReporter heuristics, Runnable wakeRecovery) {
        this.parallel = parallel;
        this.background = background;
        this.steps = steps;
        this.heuristics = heuristics;
        this.wakeRecovery = wakeRecovery;
    }

    /** Finishes all branches; the caller waits. */
    void now(TransactionId id, List<Branch> prepared, List<Branch> readers) {
        List<Branch> left = prepared;
        if (!readers.isEmpty()) {
            left = new ArrayList<>(prepared);
            left.addAll(readers);
        }
        List<Boolean> finished =
                parallel.map(left, b -> prepared.contains(b) ? commitPrepared(id, b) : endReading(id, b));
        if (finished.contains(false)) {
            wakeRecovery.run();
        }
    }

    /**
     * Finishes all branches in the background, and releases their sessions there. When this method returns, statements
     * of this process that begin later wait for the branches. The phase becomes COMMITTED with the last one.
     */
    void later(GlobalTransaction transaction, List<Branch> prepared, List<Branch> readers) {
        Rest rest = new Rest(() -> transaction.moveTo(TransactionPhase.COMMITTED));
        transaction.leave(rest);
        TransactionId id = transaction.id();
        try {
            prepared.forEach(b -> handOver(transaction, rest, b, acknowledged(id, b)));
            readers.forEach(b -> handOver(transaction, rest, b, () -> endReading(id, b)));
        } catch (RuntimeException | Error e) {
            wakeRecovery.run(); // What was not handed over is released by the caller, as it is.
            throw e;
        } finally {
            rest.ended(true);
        }
    }

    private BooleanSupplier acknowledged(TransactionId id, Branch branch) {
        ReadYourWrites node = branch.session().node().readYourWrites();
        Gid gid = Objects.requireNonNull(branch.gid(), "a branch that was never prepared");
        ReadYourWrites.Unfinished unfinished = node.acknowledged(gid);
        return () -> {
            boolean done = commitPrepared(id, branch);
            if (done) {
                node.finished(unfinished);
            }
            return done;
        };
    }

    private void handOver(GlobalTransaction transaction, Rest rest, Branch branch, BooleanSupplier step) {
        Runnable task = () -> finish(transaction, rest, branch, step);
        rest.take(branch);
        Dispatch.somewhere(background, task); // On the caller's thread if there is no other.
    }

    private void finish(GlobalTransaction transaction, Rest rest, Branch branch, BooleanSupplier step) {
        boolean done = false;
        try {
            done = step.getAsBoolean();
        } catch (RuntimeException | Error e) {
            LOG.error(LogMessages.FAILED_IN_PHASE, transaction.id(), transaction.phase(), e);
        }
        try {
            release(transaction.id(), branch);
            if (!done) {
                wakeRecovery.run();
            }
        } finally {
            rest.ended(done);
        }
    }

    /** {@return whether this call committed the branch of a decided transaction} */
    boolean commitPrepared(TransactionId id, Branch branch) {
        boolean done = steps.commitPrepared(id, branch).done();
        if (!done) {
            heuristics.check(branch, Outcome.COMMITTED);
        }
        return done;
    }

    /** {@return true: a failure to end a reader loses nothing} */
    boolean endReading(TransactionId id, Branch branch) {
        steps.endReading(id, branch);
        return true;
    }

    /** Releases the session of a branch; never throws. */
    static void release(TransactionId id, Branch branch) {
        try {
            branch.release();
        } catch (RuntimeException | Error e) {
            // The sessions of the other branches go back anyway.
            LOG.error(LogMessages.NOT_RETURNED, id, branch, e);
        }
    }
}
