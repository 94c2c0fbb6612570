package io.github.postgresxa.spring.observation;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Puts a transaction's id into the log's context ({@link MDC}) under {@value #KEY}, on the application's thread, from
 * its first use of a node until its end.
 *
 * <p>Spring's synchronizations report when its transaction is suspended, resumed and finished, whatever happened and
 * whichever thread the transaction manager used. A transaction that was begun without Spring is finished when the core
 * reports it on the same thread.
 */
public final class TransactionIdInLog implements XaListener {

    /** The key in the log's context. */
    public static final String KEY = io.github.postgresxa.TransactionIdInLog.KEY;

    private final BooleanSupplier ofSpring;
    private final XaListener begunWithoutSpring = new io.github.postgresxa.TransactionIdInLog();

    /**
     * Creates a listener.
     *
     * @param ofSpring whether Spring's synchronizations on the calling thread belong to its transaction
     */
    public TransactionIdInLog(BooleanSupplier ofSpring) {
        this.ofSpring = ofSpring;
    }

    @Override
    public void began(TransactionId id) {
        if (ofSpring.getAsBoolean()) {
            String text = id.toString();
            MDC.put(KEY, text);
            TransactionSynchronizationManager.registerSynchronization(new OnThread(text));
        } else {
            begunWithoutSpring.began(id);
        }
    }

    @Override
    public void finished(TransactionId id, Outcome outcome, int branches, int prepared, Duration commitTime) {
        begunWithoutSpring.finished(id, outcome, branches, prepared, commitTime); // Nothing for one of Spring.
    }

    private static void remove(String id) {
        if (id.equals(MDC.get(KEY))) {
            MDC.remove(KEY);
        }
    }

    private static class OnThread implements TransactionSynchronization {

        private final String id;
        private boolean lastIsThere;

        OnThread(String id) {
            this.id = id;
        }

        @Override
        public int getOrder() {
            return Ordered.LOWEST_PRECEDENCE;
        }

        @Override
        public void suspend() {
            remove(id);
        }

        @Override
        public void resume() {
            MDC.put(KEY, id);
        }

        /**
         * Registers a synchronization that is called last. Among those of equal order, the one that was registered last
         * is called last, so all others still log with the id.
         */
        @Override
        public void beforeCompletion() {
            TransactionSynchronizationManager.registerSynchronization(new Last(id));
            lastIsThere = true;
        }

        @Override
        public void afterCompletion(int status) {
            if (!lastIsThere) {
                remove(id);
            }
        }
    }

    private record Last(String id) implements TransactionSynchronization {

        @Override
        public int getOrder() {
            return Ordered.LOWEST_PRECEDENCE;
        }

        @Override
        public void afterCompletion(int status) {
            remove(id);
        }
    }
}
