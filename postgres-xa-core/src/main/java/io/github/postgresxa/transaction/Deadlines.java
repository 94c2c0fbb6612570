package io.github.postgresxa.transaction;

import io.github.postgresxa.branch.Branch;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Ends transactions whose time is over, also in the middle of a statement. Managers only mark them for rollback, or roll back without
 * stopping the statement.
 */
final class Deadlines {

    private final ScheduledExecutorService timer;
    private final Parallel parallel;
    private final ExecutorService workers;
    private final IntFunction<@Nullable TimeLimit> limits;

    Deadlines(
            ScheduledExecutorService timer,
            Parallel parallel,
            ExecutorService workers,
            IntFunction<@Nullable TimeLimit> limits) {
        this.timer = timer;
        this.parallel = parallel;
        this.workers = workers;
        this.limits = limits;
    }

    /**
     * @param transaction the calling thread's transaction, which uses its first node
     * @param seconds its timeout as the manager gives it
     */
    void set(GlobalTransaction transaction, int seconds) {
        TimeLimit limit = limits.apply(seconds);
        if (limit != null) {
            transaction.deadline(timer.schedule(
                    () -> workers.execute(() -> expire(transaction, limit.asked())),
                    limit.left().toNanos(),
                    TimeUnit.NANOSECONDS));
        }
    }

    private void expire(GlobalTransaction transaction, Duration limit) {
        TimedOutException reason = GlobalTransaction.timedOut(transaction.id(), limit);
        String message = String.valueOf(reason.getMessage());
        if (transaction.seal(Phase.ABORTED, message, reason)) {
            parallel.map(transaction.branches(), branch -> end(branch, message));
        }
    }

    private static Branch end(Branch branch, String message) {
        branch.abort(message);
        branch.release();
        return branch;
    }
}
