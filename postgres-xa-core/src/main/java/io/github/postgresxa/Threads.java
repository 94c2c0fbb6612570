package io.github.postgresxa;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of one {@link PostgresXa}: one that keeps time, and as many as there are nodes to talk to at once. */
record Threads(ScheduledExecutorService timer, ExecutorService workers) implements AutoCloseable {

    /** From this Java on, a virtual thread that waits inside "synchronized" does not hold a carrier thread. */
    private static final int VIRTUAL_SINCE = 24;

    static Threads start() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, named("postgres-xa-timer"));
        timer.setRemoveOnCancelPolicy(true); // Deadlines of transactions that ended in time must not pile up.
        timer.prestartCoreThread(); // From here on nothing that is planned needs a new thread to come to pass.
        return new Threads(timer, Runtime.version().feature() >= VIRTUAL_SINCE ? virtual() : platform());
    }

    private static ExecutorService platform() {
        return Executors.newCachedThreadPool(named("postgres-xa"));
    }

    private static ExecutorService virtual() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            return platform();
        }
    }

    private static ThreadFactory named(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public void close() {
        timer.shutdownNow();
        workers.shutdown();
    }
}
