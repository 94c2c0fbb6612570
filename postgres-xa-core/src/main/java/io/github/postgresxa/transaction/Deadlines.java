package io.github.postgresxa.transaction;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.TransactionPhase;
import io.github.postgresxa.branch.Branch;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.node.Dispatch;
import io.github.postgresxa.node.Timer;
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

    private static final int NOT_ENLISTED = -1;

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
     * Sets the deadline of a transaction. If its time is over already, it ends here.
     *
     * @param transaction the calling thread's transaction, which uses its first node
     * @param seconds its timeout as the manager gives it
     * @return its time; null if that has no limit
     */
    @Nullable
    TimeLimit set(GlobalTransaction transaction, int seconds) {
        TimeLimit limit = limits.apply(seconds);
        if (limit != null) {
            // Without a free worker, the timer's thread ends the transaction: a delay for others is better than no end.
            transaction.deadline(timer.plan(
                    limit.left(), () -> Dispatch.somewhere(workers, () -> expire(transaction, limit))));
            if (limit.isOver()) {
                expire(transaction, limit); // It has no branch yet, and gets none.
            }
        }
        return limit;
    }

    /** {@return why the calling thread's transaction, which has used no node, is over; null as far as it is not} */
    @Nullable
    TimedOutException endOfUnused() {
        TimeLimit limit = limits.apply(NOT_ENLISTED);
        return limit != null && limit.isOver() ? TimedOutException.withoutNodes(limit) : null;
    }

    /** Ends a transaction whose time is over, unless it is ending already. */
    void expire(GlobalTransaction transaction, TimeLimit limit) {
        TimedOutException reason = TimedOutException.of(transaction, limit);
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
