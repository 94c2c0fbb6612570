package io.github.postgresxa.spring.autoconfigure;

import io.github.postgresxa.PostgresXa;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Stops transactions in the order in which an application stops: after web servers, listeners and executors, before any
 * connection is closed. New transactions are refused and those under way may end.
 *
 * <p>Pools and transaction manager stay open until the core's bean is destroyed, because other beans want connections until
 * they are destroyed themselves. Therefore it makes no difference here whether a context closes or pauses (as a test context
 * does that another one takes turns with): a paused one takes transactions again when it is restarted. Closing a child
 * context does not reach this bean.
 */
final class PostgresXaLifecycle implements SmartLifecycle {

    /** Below the executors of Spring ({@code MAX_VALUE / 2}), which may still run transactions. */
    static final int PHASE = Integer.MAX_VALUE / 2 - 1024;

    private static final Logger log = LoggerFactory.getLogger(PostgresXaLifecycle.class);

    private final PostgresXa xa;
    private final Duration drainLimit;
    private volatile boolean running;
    private volatile boolean drained;

    /**
     * @param phaseTimeout how long Spring waits for a phase to stop; draining ends before, so that its warning names the cause
     */
    PostgresXaLifecycle(PostgresXa xa, Duration phaseTimeout) {
        this.xa = xa;
        this.drainLimit = phaseTimeout.multipliedBy(9).dividedBy(10);
    }

    @Override
    public void start() {
        if (drained) {
            xa.resume();
            drained = false;
        }
        running = true;
    }

    @Override
    public void stop() {
        if (!running) {
            return;
        }
        drained = true;
        if (!xa.drain(drainLimit)) {
            log.warn(
                    "{} transactions had not ended {} after the application began to stop. They will be rolled back, or finished by"
                            + " recovery if their end had begun.",
                    xa.activeTransactions(),
                    drainLimit);
        }
        running = false;
    }

    /** Spring's limit for a phase holds only if the caller's thread is not the one that waits. */
    @Override
    public void stop(Runnable callback) {
        Thread drain = new Thread(
                () -> {
                    try {
                        stop();
                    } finally {
                        callback.run();
                    }
                },
                "postgres-xa-drain");
        drain.start();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
