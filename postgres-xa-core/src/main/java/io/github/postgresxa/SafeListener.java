package io.github.postgresxa;

import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells all listeners. One that fails harms neither the transaction nor the others. */
record SafeListener(List<XaListener> listeners) implements XaListener {

    private static final Logger LOG = LoggerFactory.getLogger(XaListener.class);

    @Override
    public void finished(TransactionId id, Outcome outcome, int branches, int prepared, Duration commitTime) {
        tell(l -> l.finished(id, outcome, branches, prepared, commitTime));
    }

    @Override
    public void recovered(String node, TransactionId id, Outcome outcome) {
        tell(l -> l.recovered(node, id, outcome));
    }

    private interface News {
        void to(XaListener listener);
    }

    private void tell(News news) {
        for (XaListener listener : listeners) {
            try {
                news.to(listener);
            } catch (RuntimeException e) {
                LOG.warn("a listener failed: {}", listener, e);
            }
        }
    }
}
