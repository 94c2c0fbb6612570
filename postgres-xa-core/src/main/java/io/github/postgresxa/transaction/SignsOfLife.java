package io.github.postgresxa.transaction;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.branch.Branch;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.node.Planned;
import io.github.postgresxa.node.Reply;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.TransactionState;

/**
 * Shows recovery that a coordinator is alive while a PREPARE takes long, for example because of deferred constraints.
 * The home's session is idle at that time. Costs nothing if the branches are prepared quickly. If no sign arrives,
 * recovery may fence a healthy transaction, which then rolls back.
 */
final class SignsOfLife {

    /** Shorter than the grace of any sensible setting. */
    private static final Duration INTERVAL = Duration.ofMillis(400);

    private final DecisionLog decisions;
    private final BiFunction<Runnable, Duration, Planned> later;

    /**
     * Creates the signs of one process.
     *
     * @param later runs a task after a delay, on a thread that may wait for a node
     */
    SignsOfLife(DecisionLog decisions, BiFunction<Runnable, Duration, Planned> later) {
        this.decisions = decisions;
        this.later = later;
    }

    /**
     * Sends signs while a step runs.
     *
     * @param id the transaction
     * @param home its home, whose session is not used meanwhile
     * @param step may take long
     * @return its result; the home's session is free again
     */
    <T> T during(TransactionId id, Branch home, Supplier<T> step) {
        Series series = new Series(id, home);
        series.plan();
        try {
            return step.get();
        } finally {
            series.end();
        }
    }

    private final class Series {

        private final TransactionId id;
        private final Branch home;
        private final ReentrantLock lock = new ReentrantLock();
        private int number;
        private boolean over;
        private @Nullable Planned next;

        Series(TransactionId id, Branch home) {
            this.id = id;
            this.home = home;
        }

        private void plan() {
            try {
                next = later.apply(this::sendNext, INTERVAL);
            } catch (RejectedExecutionException shuttingDown) {
                next = null;
            }
        }

        private void sendNext() {
            lock.lock();
            try {
                if (!over && home.session().state() == TransactionState.OPEN && send()) {
                    plan();
                }
            } finally {
                lock.unlock();
            }
        }

        /** {@return whether the home's transaction is unchanged} */
        private boolean send() {
            Reply reply = home.session().send(decisions.signOfLife(id, number++));
            if (reply.error() == null) {
                return true;
            }
            return !reply.gone()
                    && home.session().send("rollback to savepoint pgxa").error() == null;
        }

        /** Waits for a sign that is under way: the next use of the home's session must not meet it. */
        private void end() {
            lock.lock();
            try {
                over = true;
                if (next != null) {
                    next.cancel();
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
