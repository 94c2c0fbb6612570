package io.github.postgresxa;

import io.github.postgresxa.log.LogMessages;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes every event on to all listeners. A listener that fails harms neither the transaction nor the other listeners.
 * An alarm is reported and logged once. {@code CompositeListenerTests} proves that every method of {@link XaListener}
 * is passed on.
 *
 * <p>What each transaction brings is passed on in a plain loop: an object for each event would be a tenth of what we
 * allocate for a transaction.
 */
final class CompositeListener implements XaListener {

    private static final Logger LOG = LoggerFactory.getLogger(XaListener.class);

    private record Alarm(TransactionId id, String node) {}

    private final List<XaListener> listeners;
    private final Set<Alarm> alarmed = ConcurrentHashMap.newKeySet();

    CompositeListener(List<XaListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    @Override
    public void began(TransactionId id) {
        for (XaListener l : listeners) {
            try {
                l.began(id);
            } catch (Throwable e) {
                warn(l, e);
            }
        }
    }

    @Override
    public void roleAssigned(TransactionId id, String node, BranchRole role) {
        for (XaListener l : listeners) {
            try {
                l.roleAssigned(id, node, role);
            } catch (Throwable e) {
                warn(l, e);
            }
        }
    }

    @Override
    public void homeChosen(TransactionId id, String node, HomeReason reason) {
        for (XaListener l : listeners) {
            try {
                l.homeChosen(id, node, reason);
            } catch (Throwable e) {
                warn(l, e);
            }
        }
    }

    @Override
    public void stepBegins(TransactionId id, CommitStep step, String node) {
        for (XaListener l : listeners) {
            try {
                l.stepBegins(id, step, node);
            } catch (Throwable e) {
                warn(l, e);
            }
        }
    }

    @Override
    public void stepEnded(TransactionId id, CommitStep step, String node, boolean done) {
        for (XaListener l : listeners) {
            try {
                l.stepEnded(id, step, node, done);
            } catch (Throwable e) {
                warn(l, e);
            }
        }
    }

    @Override
    public void fenced(TransactionId id, String home) {
        publish(l -> l.fenced(id, home));
    }

    @Override
    public void finished(TransactionId id, Outcome outcome, int branches, int prepared, Duration commitTime) {
        for (XaListener l : listeners) {
            try {
                l.finished(id, outcome, branches, prepared, commitTime);
            } catch (Throwable e) {
                warn(l, e);
            }
        }
    }

    @Override
    public void acknowledged(TransactionId id) {
        publish(l -> l.acknowledged(id));
    }

    @Override
    public void carriedOut(TransactionId id, boolean everywhere, Duration after) {
        publish(l -> l.carriedOut(id, everywhere, after));
    }

    @Override
    public void noLongerAwaited(TransactionId id, String node) {
        LOG.warn(LogMessages.NO_LONGER_AWAITED, id, node);
        publish(l -> l.noLongerAwaited(id, node));
    }

    @Override
    public void recovered(TransactionId id, String node, Outcome outcome) {
        publish(l -> l.recovered(id, node, outcome));
    }

    @Override
    public void heuristic(TransactionId id, String node, Outcome decided, Outcome actual) {
        if (alarmed.add(new Alarm(id, node))) {
            // Several threads check the same branch repeatedly.
            LOG.error(LogMessages.HEURISTIC, id, decided, node, actual);
            publish(l -> l.heuristic(id, node, decided, actual));
        }
    }

    @Override
    public void refused(String node, String reason) {
        LOG.error(LogMessages.NODE_REFUSED, node, reason);
        publish(l -> l.refused(node, reason));
    }

    private interface Event {
        void to(XaListener listener);
    }

    private void publish(Event event) {
        for (XaListener listener : listeners) {
            try {
                event.to(listener);
            } catch (Throwable e) {
                // Whatever escaped from here would be taken for the result of a verb. Not every language checks
                // exceptions.
                warn(listener, e);
            }
        }
    }

    /** Logs the listener's class, not its text: its {@code toString()} is code of the application, too. */
    private static void warn(XaListener listener, Throwable e) {
        try {
            LOG.warn(LogMessages.LISTENER_FAILED, listener.getClass().getName(), e);
        } catch (Throwable noLog) {
            // For example, there is no memory for the log line either.
            e.addSuppressed(noLog);
        }
    }
}
