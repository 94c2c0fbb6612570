package io.github.postgresxa;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Lets one thread close. Others that also close wait until that is done, but never for themselves. */
final class Closing {

    /** What closing takes beyond the limit of its wait. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final AtomicReference<Thread> closer = new AtomicReference<>();
    private final CountDownLatch done = new CountDownLatch(1);

    /** {@return whether the caller is the one to close} */
    boolean begin() {
        return closer.compareAndSet(null, Thread.currentThread());
    }

    /** Waits and closes, also if the wait fails. No interrupt reaches either, and the others go on afterwards. */
    void run(Runnable wait, Runnable close) {
        boolean interrupted = Thread.interrupted();
        try {
            wait.run();
        } finally {
            try {
                close.run();
            } finally {
                done.countDown();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** Waits for the thread that closes, unless it is the caller: a listener may have called it back. */
    void await(Duration limit) {
        if (Thread.currentThread().equals(closer.get())) {
            return;
        }
        try {
            done.await(limit.plus(PATIENCE).toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
