package io.github.postgresxa.reliability.mixed;

import io.github.postgresxa.ManagerKind;
import java.time.Duration;
import javax.transaction.xa.XAResource;

/**
 * Makes the broker known to the embedded manager's recovery, as an application does. Besides, recovery looks every
 * second and presumes an abort soon: by default that takes Narayana half a minute, and Atomikos an hour.
 */
interface BrokerRecovery {

    /**
     * Sets how long after recovery has first seen a branch without a decision it is rolled back. Called before the
     * manager starts.
     *
     * @param delay longer than any transaction
     */
    void presumeAbortAfter(Duration delay);

    /**
     * Begins to recover at the broker. Called after the manager has started.
     *
     * @param broker the resource to ask
     */
    void begin(XAResource broker);

    static BrokerRecovery of(ManagerKind manager) {
        return manager == ManagerKind.ATOMIKOS ? new AtomikosRecovery() : new NarayanaRecovery();
    }

    /** Repeats a scan every second, beside the manager's own. */
    static void repeat(Runnable scan) {
        Thread thread = new Thread(
                () -> {
                    try {
                        while (true) {
                            Thread.sleep(1000);
                            scan.run();
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "recovery");
        thread.setDaemon(true);
        thread.start();
    }
}
