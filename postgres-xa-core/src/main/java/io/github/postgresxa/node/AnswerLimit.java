package io.github.postgresxa.node;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Limits the wait for an answer on one connection: after the limit the connection is closed, which ends the wait.
 *
 * <p>A timeout on the socket would do the same, but the JDK then polls that socket for as long as it lives: three
 * system calls for each answer instead of one. Here one thread checks all connections once a second, so that an answer
 * costs two stores. The thread ends when nothing has waited for a while, and at once when the last connection is
 * closed: it must not keep the class loader of an application that has ended.
 */
final class AnswerLimit {

    private static final Set<AnswerLimit> USED = ConcurrentHashMap.newKeySet();
    private static final AtomicBoolean CHECKING = new AtomicBoolean();

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** The thread ends after so many checks without a new wait. */
    private static final int QUIET_CHECKS = 10;

    private static volatile boolean waited;

    /** Has a permit when the last connection was closed. */
    private static final Semaphore UNUSED = new Semaphore(0);

    private final DriverGuard guard;
    private boolean known;
    private volatile int millis;
    private volatile long deadline;

    AnswerLimit(DriverGuard guard) {
        this.guard = guard;
    }

    /** {@return the limit in milliseconds; 0 for none} */
    int millis() {
        return millis;
    }

    void millis(int limit) {
        millis = limit;
    }

    /**
     * Makes a call of the driver, through its guard, that waits for an answer.
     *
     * @param call the call, of the only thread that uses the connection now
     * @return its result
     * @throws E what it throws
     */
    <T, E extends Throwable> @Nullable T call(DriverGuard.Call<T, E> call) throws E {
        int limit = millis;
        if (limit == 0) {
            return guard.call(call);
        }
        try {
            begin(limit);
            return guard.call(call);
        } finally {
            deadline = 0;
        }
    }

    private void begin(int limit) {
        deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limit) | 1; // 0 is for no wait.
        if (!waited) {
            waited = true;
        }
        try {
            if (!known) {
                StackRoom.require(); // The set is shared.
                USED.add(this);
                known = true;
            }
            if (!CHECKING.get() && CHECKING.compareAndSet(false, true)) {
                start();
            }
        } catch (RuntimeException | Error e) {
            guard.destroy(); // For example, there is no thread: without a limit nothing begins.
            throw e;
        }
    }

    private static void start() {
        boolean started = false;
        try {
            Thread thread = new Thread(null, AnswerLimit::check, "postgres-xa-answers", 0, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(null);
            thread.start();
            started = true;
        } finally {
            if (!started) {
                CHECKING.set(false);
            }
        }
    }

    /** Checks until nothing waits any more. A wait that begins in the last moment is seen here, or starts a thread. */
    private static void check() {
        int quiet = 0;
        UNUSED.drainPermits();
        while (quiet < QUIET_CHECKS && !USED.isEmpty() || !ends()) {
            pause();
            try {
                quiet = isQuiet() ? quiet + 1 : 0;
            } catch (RuntimeException | Error e) {
                quiet = 0; // For example, no memory. The next check comes in any case.
            }
        }
    }

    private static void pause() {
        try {
            Uninterruptibles.tryAcquire(UNUSED, INTERVAL);
        } catch (RuntimeException | Error e) { // For example, no memory.
            Uninterruptibles.pause(INTERVAL);
        }
    }

    private static boolean ends() {
        CHECKING.set(false);
        return USED.stream().noneMatch(limit -> limit.deadline != 0) || !CHECKING.compareAndSet(false, true);
    }

    /** Closes what has waited for too long. */
    private static boolean isQuiet() {
        boolean quiet = !waited;
        waited = false;
        for (AnswerLimit limit : USED) {
            long end = limit.deadline;
            if (end != 0 && System.nanoTime() - end > 0) {
                limit.close(end);
            }
            quiet &= end == 0;
        }
        return quiet;
    }

    /** Closes the connection on a thread of its own: the close of a socket of an unknown kind may wait. */
    private void close(long end) {
        Thread thread = new Thread(
                () -> {
                    if (deadline == end) { // It still waits for the same answer.
                        guard.destroy();
                    }
                },
                "postgres-xa-close");
        thread.setDaemon(true);
        thread.start();
    }

    /** Forgets the connection, which is closed. */
    void forget() {
        if (USED.remove(this) && USED.isEmpty()) {
            UNUSED.release();
        }
    }
}
