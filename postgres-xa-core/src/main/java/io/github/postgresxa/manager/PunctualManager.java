package io.github.postgresxa.manager;

import io.github.postgresxa.transaction.DelegatingManager;
import io.github.postgresxa.transaction.TimeLimit;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.SystemException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A transaction manager with exact timeouts. Managers count in whole seconds, in ticks or by the wall clock, from the
 * begin or from the first resource, and not all of them stop a statement. So each transaction that begins here keeps
 * the moment at which its time is over, as it was asked for, and the core ends it then.
 *
 * <p>The manager's own timeout is a safety net for the case that ours does not come: longer, by {@link #MARGIN} and
 * what it takes to whole seconds, so that it never is first.
 */
public final class PunctualManager extends DelegatingManager {

    /** Seconds by which the manager's own timeout is longer. Atomikos needs 0.15 s of it for its ticks. */
    static final int MARGIN = 1;

    /** The same for all instances: several may share one manager, and so its transactions. */
    private static final Object KEY = new Object();

    private final JtaManager manager;

    /** What the thread has set for its next transactions; JTA cannot be asked for it. */
    private final ThreadLocal<@Nullable Integer> ofThread = new ThreadLocal<>();

    /**
     * Creates a manager with exact timeouts.
     *
     * @param manager does the work
     */
    public PunctualManager(JtaManager manager) {
        super(manager.transactionManager());
        this.manager = manager;
    }

    /**
     * Sets the timeout of what the calling thread begins from now on. The manager knows it, too.
     *
     * @throws SystemException if it is negative, which Narayana ignores, or if the manager refuses it
     */
    @Override
    public void setTransactionTimeout(int seconds) throws SystemException {
        if (seconds < 0) {
            throw new SystemException("a transaction timeout is not negative, as %d is".formatted(seconds));
        }
        super.setTransactionTimeout(seconds);
        if (seconds > 0) {
            ofThread.set(seconds);
        } else {
            ofThread.remove();
        }
    }

    @Override
    public void begin() throws NotSupportedException, SystemException {
        Integer seconds = ofThread.get();
        Duration timeout = seconds == null ? manager.defaultTimeout() : Duration.ofSeconds(seconds);
        if (timeout == null) {
            super.begin();
        } else {
            begin(timeout);
        }
    }

    /**
     * Begins a transaction with a timeout of its own. The thread's timeout stays as it is.
     *
     * @param timeout its timeout; fractions of a second count
     * @throws NotSupportedException if the thread has a transaction already
     * @throws SystemException if the manager cannot begin one. A caller looks whether it did all the same
     */
    public void begin(Duration timeout) throws NotSupportedException, SystemException {
        Integer next = ofThread.get();
        Duration allowed = TimeLimit.shorter(timeout, manager.longest());
        manager.begin(net(allowed), next == null ? 0 : next);
        try {
            manager.registry().putResource(KEY, TimeLimit.of(allowed)); // From now on: never earlier than asked.
        } catch (RuntimeException | Error e) {
            undo(e);
            throw e;
        }
    }

    private void undo(Throwable failure) {
        try {
            rollback();
        } catch (SystemException | RuntimeException | Error e) {
            failure.addSuppressed(e);
        }
    }

    /** {@return the manager's own timeout behind another one, in seconds} */
    static int net(Duration timeout) {
        return (int) Math.min(timeout.plusSeconds(MARGIN + 1L).minusNanos(1).toSeconds(), Integer.MAX_VALUE);
    }

    /**
     * Returns the limit of the calling thread's transaction.
     *
     * @param seconds the timeout that the manager passed to a resource; 0 if there was none, negative if no resource is
     *     enlisted
     * @return its limit; null if it has none, or none is known
     */
    public @Nullable TimeLimit limit(int seconds) {
        return manager.registry().getResource(KEY) instanceof TimeLimit known ? known : manager.limit(seconds);
    }
}
