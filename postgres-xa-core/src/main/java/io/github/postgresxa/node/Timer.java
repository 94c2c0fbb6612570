package io.github.postgresxa.node;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks later, on one thread of its own: each deadline and each repetition of the core is planned here. The queue
 * of a timer is shared, so an error in the middle of it, on an application's thread whose stack ends there, would be
 * everybody's. {@link StackRoom} keeps it out. The JDK's own timers, such as {@code CompletableFuture.orTimeout}, have
 * one queue for the whole process and no such check; and their thread never ends, which keeps the class loader of an
 * application that is undeployed.
 */
public final class Timer implements Executor, AutoCloseable {

    private final ScheduledExecutorService executor;

    private Timer(ScheduledExecutorService executor) {
        this.executor = executor;
    }

    /**
     * Starts a timer.
     *
     * @param thread the name of its thread, a daemon
     * @return the timer
     */
    public static Timer start(String thread) {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, thread);
            made.setDaemon(true);
            return made;
        });
        Timer timer = over(executor);
        timer.plan(Duration.ofDays(1), () -> {}).cancel(); // What is loaded on first use needs more stack.
        return timer;
    }

    /**
     * Returns a timer over another executor. Only tests use it.
     *
     * @param executor has one thread
     * @return a timer that owns it
     */
    public static Timer over(ScheduledThreadPoolExecutor executor) {
        executor.setRemoveOnCancelPolicy(true); // Deadlines of transactions that ended in time must not pile up.
        executor.prestartCoreThread(); // From here on, planned tasks need no new thread.
        return new Timer(executor);
    }

    /**
     * Plans a task. It should be short, or hand its work to another thread.
     *
     * @param delay how much later
     * @param task what to do
     * @return the planned task
     * @throws StackOverflowError if the stack has too little room; nothing is planned then
     * @throws java.util.concurrent.RejectedExecutionException if the timer is closed
     */
    public Planned plan(Duration delay, Runnable task) {
        StackRoom.require();
        Task planned = new Task(task);
        planned.entry = executor.schedule(planned, delay.toNanos(), TimeUnit.NANOSECONDS);
        return planned;
    }

    /**
     * Repeats a task until the timer is closed. What it throws is logged, and ends nothing.
     *
     * @param first when it runs first
     * @param pause the time between the end of a run and the next one
     * @param task what to do
     */
    public void repeat(Duration first, Duration pause, Runnable task) {
        StackRoom.require();
        executor.scheduleWithFixedDelay(
                Dispatch.surviving(task), first.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void execute(Runnable task) {
        StackRoom.require();
        executor.execute(task);
    }

    boolean isClosed() {
        return executor.isShutdown();
    }

    /** Drops what is planned. */
    @Override
    public void close() {
        executor.shutdownNow();
    }

    /**
     * Waits until its thread has ended.
     *
     * @param limit how long to wait at most
     * @return whether it has
     */
    public boolean awaitEnd(Duration limit) {
        return Uninterruptibles.awaitEnd(executor, limit);
    }

    private static final class Task implements Runnable, Planned {

        private volatile @Nullable Runnable task;
        private volatile @Nullable Future<?> entry;

        Task(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            Runnable left = task;
            if (left != null) {
                left.run();
            }
        }

        /** Without room on the stack, an empty task stays in the queue until its time has come. */
        @Override
        public void cancel() {
            task = null;
            Future<?> known = entry;
            if (known != null && StackRoom.isLeft()) {
                known.cancel(false);
            }
        }
    }
}
