package io.github.postgresxa.transaction;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.TransactionPhase;
import io.github.postgresxa.branch.Branch;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.node.Dispatch;
import io.github.postgresxa.node.Timer;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends transactions when their time is over, even in the middle of a statement. Managers only mark them for rollback,
 * or roll back without stopping the statement.
 */
final class Deadlines {

    private static final Logger LOG = LoggerFactory.getLogger(FacadeXaResource.class);

    private final Timer timer;
    private final Parallel parallel;
    private final ExecutorService workers;
    private final IntFunction<@Nullable TimeLimit> limits;

    Deadlines(Timer timer, Parallel parallel, ExecutorService workers, IntFunction<@Nullable TimeLimit> limits) {
        this.timer = timer;
        this.parallel = parallel;
        this.workers = workers;
        this.limits = limits;
    }

    /**
     * Sets the deadline of a transaction.
     *
     * @param transaction the calling thread's transaction, which uses its first node
     * @param seconds its timeout as the manager gives it
     */
    void set(GlobalTransaction transaction, int seconds) {
        TimeLimit limit = limits.apply(seconds);
        if (limit != null) {
            // Without a free worker, the timer's thread ends the transaction: a delay for others is better than no end.
            transaction.deadline(timer.plan(
                    limit.left(), () -> Dispatch.somewhere(workers, () -> expire(transaction, limit.asked()))));
        }
    }

    private void expire(GlobalTransaction transaction, Duration limit) {
        TimedOutException reason = transaction.timedOut(limit);
        String message = String.valueOf(reason.getMessage());
        if (transaction.seal(TransactionPhase.ABORTED, () -> message, reason)) {
            parallel.map(transaction.branches(), branch -> end(transaction.id(), branch, message));
        }
    }

    /** Ends one branch. An error stays in this branch: its session is closed, and so its server rolls back. */
    private static Branch end(TransactionId id, Branch branch, String message) {
        try {
            branch.abort(message);
        } catch (Throwable e) {
            LOG.error(LogMessages.ROLLBACK_FAILED, id, e);
            branch.session().destroy();
        }
        branch.release();
        return branch;
    }
}
