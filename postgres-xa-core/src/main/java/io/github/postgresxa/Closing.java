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

    /** {@return whether another thread closes now} Afterwards there is nothing left to do, however that ended. */
    boolean isUnderWayElsewhere() {
        return done.getCount() > 0 && !Thread.currentThread().equals(closer.get());
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

    /** Waits for the thread that closes. */
    void await(Duration limit) {
        try {
            done.await(limit.plus(PATIENCE).toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
