package io.github.postgresxa;

import io.github.postgresxa.node.Timer;
import io.github.postgresxa.node.Uninterruptibles;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of one {@link PostgresXa}: one timer, and as many workers as there are concurrent conversations with
 * nodes.
 */
record Threads(Timer timer, ExecutorService workers) implements AutoCloseable {

    /** Since this Java version, a virtual thread that waits inside "synchronized" does not pin its carrier thread. */
    private static final int VIRTUAL_SINCE = 24;

    /** Only a node that does not answer takes longer, and a listener that closes on one of these threads. */
    private static final Duration LAST = Duration.ofSeconds(1);

    static Threads start() {
        return new Threads(
                Timer.start("postgres-xa-timer"),
                Runtime.version().feature() >= VIRTUAL_SINCE ? virtual() : platform());
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

    /** Ends them, and waits a moment: what runs after the end of an application may find its classes gone. */
    @Override
    public void close() {
        timer.close();
        workers.shutdown();
        timer.awaitEnd(LAST);
        Uninterruptibles.awaitEnd(workers, LAST);
    }
}
