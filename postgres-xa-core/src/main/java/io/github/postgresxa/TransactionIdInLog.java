package io.github.postgresxa;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.MDC;

/**
 * Puts a transaction's id into the log's context ({@link MDC}) under {@value #KEY}, on the application's thread, from
 * its first use of a node until its end. What was there before comes back then: a transaction may begin while another
 * one is suspended.
 *
 * <p>A transaction that ends on another thread, after a timeout for example, leaves its id on the first one. The next
 * one replaces it, or {@link #clear} removes it, for example at the end of a request.
 */
public final class TransactionIdInLog implements XaListener {

    /** The key in the log's context. */
    public static final String KEY = "postgresXaTransaction";

    private static final String NONE = "";

    /** What the thread's context had before. */
    private final Map<TransactionId, String> before = new ConcurrentHashMap<>();

    /** Creates a listener. */
    public TransactionIdInLog() {
        // Nothing is in the context yet.
    }

    /** Removes what is left on the calling thread, which has no transaction. */
    public static void clear() {
        MDC.remove(KEY);
    }

    @Override
    public void began(TransactionId id) {
        String other = MDC.get(KEY);
        MDC.put(KEY, id.toString());
        before.put(id, other == null ? NONE : other);
    }

    @Override
    public void finished(TransactionId id, Outcome outcome, int branches, int prepared, Duration commitTime) {
        String other = before.remove(id);
        if (other != null && id.toString().equals(MDC.get(KEY))) {
            if (other.equals(NONE)) {
                MDC.remove(KEY);
            } else {
                MDC.put(KEY, other);
            }
        }
    }
}
