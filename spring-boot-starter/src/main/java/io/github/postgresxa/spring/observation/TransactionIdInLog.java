package io.github.postgresxa.spring.observation;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Puts a transaction's id into the log's context ({@link MDC}) under {@value #KEY}, on the application's thread, from
 * its first use of a node until its end.
 *
 * <p>Spring tells when its transaction is suspended, resumed and over, whatever happened and on whichever thread the
 * transaction manager worked. A transaction that was begun without Spring is over when the core says so on the same
 * thread.
 */
public final class TransactionIdInLog implements XaListener {

    /** The key. */
    public static final String KEY = "postgresXaTransaction";

    private static final String NONE = "";

    private final BooleanSupplier ofSpring;

    /** What the thread had before. */
    private final Map<TransactionId, String> begunWithoutSpring = new ConcurrentHashMap<>();

    /**
     * @param ofSpring tells whether the synchronizations of Spring on the calling thread are those of its transaction
     */
    public TransactionIdInLog(BooleanSupplier ofSpring) {
        this.ofSpring = ofSpring;
    }

    @Override
    public void began(TransactionId id) {
        String text = id.toString();
        String before = MDC.get(KEY);
        MDC.put(KEY, text);
        if (!ofSpring.getAsBoolean()) {
            begunWithoutSpring.put(id, before == null ? NONE : before);
        } else {
            TransactionSynchronizationManager.registerSynchronization(new OnThread(text));
        }
    }

    @Override
    public void finished(TransactionId id, Outcome outcome, int branches, int prepared, Duration commitTime) {
        String before = begunWithoutSpring.remove(id);
        if (before != null && id.toString().equals(MDC.get(KEY))) {
            if (before.equals(NONE)) {
                MDC.remove(KEY);
            } else {
                MDC.put(KEY, before); // It was begun while another one was suspended.
            }
        }
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
         * Among those of equal order the one that was registered last is told last: then all others still log with the
         * id.
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
