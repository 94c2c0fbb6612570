package io.github.postgresxa.spring.endpoint;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/**
 * Keeps the last 100 results of this application's recovery, newest first. It is a listener of the core, so it exists
 * before the core does.
 */
public final class RecentRecoveries implements XaListener {

    static final int MOST = 100;

    private final Deque<Recovered> last = new ArrayDeque<>();

    /** Creates an empty list. */
    public RecentRecoveries() {}

    /**
     * Shows one action or finding of recovery.
     *
     * @param at the time
     * @param transaction the transaction
     * @param node the node
     * @param what {@code committed}, {@code rolled back}, {@code fenced} or, for a branch that ended against its
     *     decision, {@code heuristic}
     */
    public record Recovered(String at, String transaction, String node, String what) {}

    @Override
    public void recovered(TransactionId id, String node, Outcome outcome) {
        add(id, node, outcome.name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }

    @Override
    public void fenced(TransactionId id, String home) {
        add(id, home, "fenced");
    }

    @Override
    public void heuristic(TransactionId id, String node, Outcome decided, Outcome actual) {
        add(id, node, "heuristic");
    }

    private synchronized void add(TransactionId id, String node, String what) {
        last.addFirst(new Recovered(Instant.now().toString(), id.toString(), node, what));
        if (last.size() > MOST) {
            last.removeLast();
        }
    }

    synchronized List<Recovered> list() {
        return List.copyOf(last);
    }
}
