package io.github.postgresxa.manager.narayana;

import com.arjuna.ats.arjuna.recovery.RecoveryManager;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs Narayana's recovery again and again, on a thread that exists only if there may be something to recover: another
 * resource has taken part in a transaction, now or in an earlier run. Narayana's own thread would be there always, and
 * keep the process from ending.
 */
final class RecoveryScans {

    private static final Logger LOG = LoggerFactory.getLogger(NarayanaManager.class);

    private static final Duration PERIOD = Duration.ofSeconds(10);

    /** A scan takes a second and the answers of the nodes. A slower one ends later, and finds nothing open. */
    private static final Duration LAST_SCAN = Duration.ofSeconds(5);

    private final RecoveryManager recovery;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private @Nullable Thread thread;

    RecoveryScans(RecoveryManager recovery) {
        this.recovery = recovery;
    }

    /** Starts the thread if it does not run. */
    synchronized void start() {
        if (thread == null) {
            Thread started = new Thread(this::run, "postgres-xa-narayana");
            started.setDaemon(true);
            // It must not keep the class loader of an application that shares this one.
            started.setContextClassLoader(RecoveryScans.class.getClassLoader());
            started.start();
            thread = started;
        }
    }

    private void run() {
        boolean isLast = false;
        while (!isLast) {
            try {
                recovery.scan();
            } catch (RuntimeException | Error e) {
                LOG.debug("a scan of Narayana's recovery failed; it is repeated", e);
            }
            isLast = await(PERIOD);
        }
    }

    private boolean await(Duration length) {
        try {
            return stopped.await(length.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return stopped.getCount() == 0; // Nobody may end it so.
        }
    }

    /** Ends the thread, and waits for a scan that runs. */
    void stop() {
        stopped.countDown();
        Thread running;
        synchronized (this) {
            running = thread;
        }
        if (running != null) {
            try {
                running.join(LAST_SCAN.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
