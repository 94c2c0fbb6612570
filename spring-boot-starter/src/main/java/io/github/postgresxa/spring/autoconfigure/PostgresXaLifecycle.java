package io.github.postgresxa.spring.autoconfigure;

import io.github.postgresxa.PostgresXa;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.core.SpringProperties;

/**
 * Waits for the nodes when the application starts, before web servers and listeners take work. Waits for running
 * transactions when it stops: after web servers, listeners and executors have stopped, and before the beans that
 * transactions need are destroyed.
 *
 * <p>New transactions are not refused. Beans use transactions until they are destroyed themselves; refused ones would
 * go on without a transaction. The core closes when its own bean is destroyed, after all beans that depend on it. So
 * it makes no difference here whether a context closes or pauses (as test contexts do that take turns).
 */
final class PostgresXaLifecycle implements SmartLifecycle {

    /** Below the executors of Spring ({@code MAX_VALUE / 2}), which may still run transactions. */
    static final int PHASE = Integer.MAX_VALUE / 2 - 1024;

    private static final String EXIT = DefaultLifecycleProcessor.EXIT_PROPERTY_NAME;

    private static final Logger LOG = LoggerFactory.getLogger(PostgresXaLifecycle.class);

    private final PostgresXa xa;
    private final Duration limit;
    private volatile boolean running;

    /**
     * @param phaseTimeout how long Spring waits for a phase to stop; the wait for transactions ends earlier, so that
     *     its warning names the cause
     */
    PostgresXaLifecycle(PostgresXa xa, Duration phaseTimeout) {
        this.xa = xa;
        this.limit = limit(phaseTimeout);
    }

    /** {@return how long to wait for transactions: nine tenths of the phase's timeout} */
    static Duration limit(Duration phaseTimeout) {
        return phaseTimeout.multipliedBy(9).dividedBy(10);
    }

    /**
     * Starts the core, and returns while the nodes are visited, so that the application context goes on meanwhile.
     * Connections wait for it. An application that exits before anything is started, so that an archive of the classes
     * of its start is made, waits here: the classes of a visit belong to them.
     */
    static PostgresXa start(PostgresXa.Builder builder) {
        boolean endsBeforeLifecycle = "onRefresh".equalsIgnoreCase(SpringProperties.getProperty(EXIT));
        return endsBeforeLifecycle ? builder.build() : builder.buildInBackground();
    }

    /** Waits until all nodes have been visited, before a web server or a listener takes work. */
    @Override
    public void start() {
        xa.awaitStart();
        running = true;
    }

    @Override
    public void stop() {
        if (!running) {
            return;
        }
        if (!xa.settle(limit)) {
            LOG.warn(
                    "{} transactions had not ended {} after the application began to stop. They will be rolled back,"
                            + " or finished by recovery if their end had begun.",
                    xa.activeTransactionCount(),
                    limit);
        }
        running = false;
    }

    /** Waits on another thread: Spring's limit for a phase works only if the calling thread does not wait. */
    @Override
    public void stop(Runnable callback) {
        Runnable settle = () -> {
            try {
                stop();
            } finally {
                callback.run();
            }
        };
        try {
            new Thread(settle, "postgres-xa-settle").start();
        } catch (OutOfMemoryError noThread) { // Otherwise Spring waits for a callback that never comes.
            settle.run();
        }
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
