package io.github.postgresxa.manager.atomikos;

import com.atomikos.thread.TaskManager;
import com.atomikos.timing.PooledAlarmTimer;
import io.github.postgresxa.node.MonotonicClock;
import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Atomikos' pool of threads, without a thread for each transaction. Atomikos gives each transaction a timer that waits
 * on a thread of its own from the begin on, and is woken at the end: eight calls into the kernel for a transaction that
 * is over in a millisecond. Here a timer gets its thread only if its transaction is still there after the first tick.
 * So all that the timer does comes up to two ticks, 0.3 s, later. Nothing depends on that: Atomikos' timeout comes a
 * second after ours.
 *
 * <p>Atomikos has no setting for it, so its private field is set. Where that is not possible, Atomikos works as ever.
 */
final class LateTimers extends ThreadPoolExecutor {

    private static final Logger LOG = LoggerFactory.getLogger(AtomikosManager.class);

    /** Atomikos' own tick. */
    private static final Duration TICK = Duration.ofMillis(150);

    private static final long KEPT_SECONDS = 60;

    private record Waiting(WeakReference<PooledAlarmTimer> timer, long since) {}

    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean ticking = new AtomicBoolean();

    private LateTimers() {
        super(0, Integer.MAX_VALUE, KEPT_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), new Named());
    }

    /** Atomikos' threads have these names, and must not keep an application's class loader alive. */
    private static final class Named implements ThreadFactory {

        private final AtomicInteger count = new AtomicInteger();

        @Override
        public Thread newThread(Runnable task) {
            Thread thread = new Thread(task, "Atomikos:" + count.incrementAndGet());
            thread.setContextClassLoader(TaskManager.class.getClassLoader());
            thread.setDaemon(true);
            return thread;
        }
    }

    /**
     * Replaces Atomikos' pool before its first use.
     *
     * @return whether it was replaced
     */
    static boolean install() {
        try {
            Field pool = TaskManager.class.getDeclaredField("executor");
            pool.setAccessible(true);
            if (pool.get(TaskManager.SINGLETON) == null) {
                pool.set(TaskManager.SINGLETON, new LateTimers());
                return true;
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.debug(
                    "Atomikos keeps a thread for each transaction", e); // Another version, or a module that is closed.
        }
        return false;
    }

    @Override
    public void execute(Runnable task) {
        if (task instanceof PooledAlarmTimer timer && later(timer)) {
            return;
        }
        super.execute(task);
    }

    /** {@return whether it waits; if not, it needs its thread now} */
    private boolean later(PooledAlarmTimer timer) {
        if (isShutdown()) {
            return false;
        }
        // Weak: the transaction holds its timer, and must not be held by it when it is over.
        Waiting entry = new Waiting(new WeakReference<>(timer), System.nanoTime());
        waiting.add(entry);
        if (ticking.get() || !ticking.compareAndSet(false, true)) {
            return true;
        }
        boolean started = false;
        try {
            super.execute(this::tick);
            started = true;
        } finally {
            if (!started) {
                ticking.set(false);
                waiting.remove(entry);
            }
        }
        return true;
    }

    /** Ticks as long as a timer waits. */
    private void tick() {
        do {
            startWhatIsLeft();
            ticking.set(false);
        } while (!waiting.isEmpty() && ticking.compareAndSet(false, true));
    }

    private void startWhatIsLeft() {
        Waiting next = waiting.peek();
        while (next != null) {
            try {
                long left = isShutdown() ? 0 : next.since + TICK.toNanos() - System.nanoTime();
                if (left > 0) {
                    MonotonicClock.SYSTEM.pause(TICK); // Longer than needed: not once for each transaction.
                } else {
                    start(next);
                }
            } catch (RuntimeException | Error e) {
                MonotonicClock.SYSTEM.pause(TICK); // For example, there is no thread for it now.
            }
            next = waiting.peek();
        }
    }

    private void start(Waiting next) {
        PooledAlarmTimer timer = next.timer.get();
        if (timer != null && timer.isActive() && !isShutdown()) {
            super.execute(timer);
        }
        waiting.remove();
    }
}
