package io.github.postgresxa;

import io.github.postgresxa.node.Timer;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Threads that fail once: one hand-over of a task throws what the test has chosen. */
final class FailingThreads {

    /** What a hand-over throws: no thread, a full or closed executor, a broken one. */
    static final List<Supplier<Throwable>> KINDS = List.of(
            () -> new OutOfMemoryError(
                    "unable to create native thread: possibly out of memory or process/resource limits reached"),
            () -> new RejectedExecutionException("full"),
            () -> new IllegalStateException("broken"));

    private int left;
    private boolean afterwards;
    private Supplier<Throwable> what = KINDS.get(0);

    /**
     * Makes one hand-over fail.
     *
     * @param n the n-th hand-over from now on fails
     * @param kind what it throws
     * @param taken whether the task runs anyway: an executor may fail after it has taken it
     */
    synchronized void fail(int n, Supplier<Throwable> kind, boolean taken) {
        left = n;
        what = kind;
        afterwards = taken;
    }

    /** {@return whether it has failed} */
    synchronized boolean hasFailed() {
        return left <= 0;
    }

    synchronized void calm() {
        left = 0;
    }

    private void handOver(Runnable real) {
        Throwable failure = null;
        boolean taken;
        synchronized (this) {
            taken = afterwards;
            if (left > 0 && --left == 0) {
                failure = what.get();
            }
        }
        if (failure == null || taken) {
            real.run();
        }
        if (failure != null) {
            throw FailingThreads.<RuntimeException>sneaky(failure);
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T sneaky(Throwable failure) throws T {
        throw (T) failure;
    }

    Threads threads() {
        return new Threads(Timer.over(new Later()), new Workers());
    }

    private final class Later extends ScheduledThreadPoolExecutor {

        Later() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
            ScheduledFuture<?>[] planned = new ScheduledFuture<?>[1];
            handOver(() -> planned[0] = super.schedule(command, delay, unit));
            return planned[0];
        }

        @Override
        public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }
    }

    private final class Workers extends AbstractExecutorService {

        private final ExecutorService real = Executors.newCachedThreadPool();

        @Override
        public void execute(Runnable task) {
            handOver(() -> real.execute(task));
        }

        @Override
        public void shutdown() {
            real.shutdown();
        }

        @Override
        public List<Runnable> shutdownNow() {
            return real.shutdownNow();
        }

        @Override
        public boolean isShutdown() {
            return real.isShutdown();
        }

        @Override
        public boolean isTerminated() {
            return real.isTerminated();
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
            return real.awaitTermination(timeout, unit);
        }
    }
}
