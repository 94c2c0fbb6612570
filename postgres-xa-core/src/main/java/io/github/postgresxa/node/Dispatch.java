package io.github.postgresxa.node;

import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.log.Throttle;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands tasks to other threads. That can fail at any time and with any Throwable: no thread can be created
 * ({@code OutOfMemoryError}), the executor is full, shut down or broken. An executor may even fail after it has taken
 * the task. So every task runs exactly once, there or here, or it does not run, and the caller knows that. Nothing is
 * lost or done twice.
 */
public final class Dispatch {

    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

    private static final Throttle LINES = new Throttle(5, Duration.ofMinutes(1), System::nanoTime);

    private Dispatch() {}

    /**
     * Runs a task on another thread, or something else here if the task cannot be handed over. Exactly one of the two
     * runs.
     *
     * @param executor provides the thread
     * @param task what to do there; it does not throw
     * @param otherwise what to do here
     */
    public static void run(Executor executor, Runnable task, Runnable otherwise) {
        @Nullable Once once = null;
        try {
            once = new Once(task);
            StackRoom.require(); // An executor's queue is shared, too.
            executor.execute(once);
        } catch (Throwable e) {
            if (once == null || once.begins()) {
                warn(executor, e);
                otherwise.run();
            }
        }
    }

    private static final class Once implements Runnable {

        private final Runnable task;
        private final AtomicBoolean begun = new AtomicBoolean();

        Once(Runnable task) {
            this.task = task;
        }

        boolean begins() {
            return begun.compareAndSet(false, true);
        }

        @Override
        public void run() {
            if (begins()) {
                task.run();
            }
        }
    }

    /**
     * Runs a task on another thread, or here if it cannot be handed over: slower, but a lack of threads loses nothing.
     *
     * @param executor provides the thread
     * @param task what to do; it does not throw
     */
    public static void somewhere(Executor executor, Runnable task) {
        run(executor, task, task);
    }

    /**
     * Runs a task on another thread, unless it runs already. The claim is released when the task has ended, whatever it
     * throws, and if it cannot be handed over.
     *
     * @param executor provides the thread
     * @param claim taken now
     * @param task what to do
     * @return completes without an error when the task has ended, or at once if it does not run
     */
    public static CompletableFuture<Void> once(Executor executor, Claim claim, Runnable task) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        Runnable end = () -> {
            try {
                claim.release();
            } finally {
                ended.complete(null);
            }
        };
        Runnable whole = () -> {
            try {
                surviving(task).run();
            } finally {
                end.run();
            }
        };
        if (claim.take()) {
            run(executor, whole, end);
        } else {
            ended.complete(null);
        }
        return ended;
    }

    /**
     * Runs a task later, or not at all if it cannot be scheduled. For work that would happen anyway, only later.
     *
     * @param timer plans it
     * @param delay how much later
     * @param task what to do
     */
    public static void later(Timer timer, Duration delay, Runnable task) {
        try {
            timer.plan(delay, surviving(task));
        } catch (Throwable e) {
            warn(timer, e);
        }
    }

    /**
     * Returns a task that a timer can repeat: a timer stops for good when its task throws.
     *
     * @param task what to do
     * @return the same task; what it throws is logged, and the next run tries again
     */
    public static Runnable surviving(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable e) {
                failed(e); // Allocates nothing: a second Error would end the repetition for good.
            }
        };
    }

    private static void failed(Throwable e) {
        try {
            LOG.error(LogMessages.PASS_FAILED, e);
        } catch (Throwable noLog) {
            LINES.pass();
        }
    }

    private static void warn(Executor executor, Throwable e) {
        boolean isExpected = e instanceof StackOverflowError || isShutDown(executor); // A line needs even more stack.
        if (!isExpected && LINES.pass()) {
            log(() -> LOG.warn(LogMessages.NO_THREAD, e.toString(), LINES.more()));
        }
    }

    private static boolean isShutDown(Executor executor) {
        return executor instanceof ExecutorService service && service.isShutdown()
                || executor instanceof Timer timer && timer.isClosed();
    }

    /** Logs a line; without memory or threads, that may fail, too. */
    private static void log(Runnable line) {
        try {
            line.run();
        } catch (Throwable noLog) {
            LINES.pass();
        }
    }
}
