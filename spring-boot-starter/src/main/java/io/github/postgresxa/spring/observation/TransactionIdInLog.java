package io.github.postgresxa.spring.observation;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import java.time.Duration;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Puts a transaction's id into the log's context ({@link MDC}) under {@value #KEY}, on the application's thread, from its first use of a node until its end.
 *
 * <p>Spring tells when its transaction is suspended, resumed and over, whatever happened and on whichever thread the transaction manager worked. A
 * transaction that was begun without Spring is over when the core says so on the same thread.
 */
public final class TransactionIdInLog implements XaListener {

    /** The key. */
    public static final String KEY = "postgresXaTransaction";

    @Override
    public void began(TransactionId id) {
        String text = id.toString();
        MDC.put(KEY, text);
        if (isOfSpring()) {
            TransactionSynchronizationManager.registerSynchronization(new OnThread(text));
        }
    }

    @Override
    public void finished(TransactionId id, Outcome outcome, int branches, int prepared, Duration commitTime) {
        if (!isOfSpring()) {
            remove(id.toString());
        }
    }

    private static boolean isOfSpring() {
        return TransactionSynchronizationManager.isSynchronizationActive()
                && TransactionSynchronizationManager.isActualTransactionActive();
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

        /** Among those of equal order the one that was registered last is told last: then all others still log with the id. */
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
