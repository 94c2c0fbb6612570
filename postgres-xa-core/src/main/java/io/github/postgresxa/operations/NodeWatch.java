package io.github.postgresxa.operations;

import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.node.Claim;
import io.github.postgresxa.node.Dispatch;
import io.github.postgresxa.node.MonotonicClock;
import io.github.postgresxa.node.NoConnection;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at one node again and again, over one session that only reads. */
final class NodeWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Observer.class);

    private final Node node;
    private final MonotonicClock clock;
    private final Set<Node> looking = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Wire wire;
    private volatile Look last;
    private volatile boolean asked;
    private volatile boolean closed;

    NodeWatch(Node node, MonotonicClock clock) {
        this.node = node;
        this.clock = clock;
        this.last = new Look(null, "not asked yet", false, clock.nanos(), clock.nanos());
    }

    /**
     * What a look has shown.
     *
     * @param list what the server lists; null if it did not say
     * @param problem why; null if all is well
     * @param reachable whether it answered
     * @param at when that was, by the monotonic clock
     * @param since since when it is reachable or not, by the same clock
     */
    record Look(@Nullable ServerList list, @Nullable String problem, boolean reachable, long at, long since) {}

    Node node() {
        return node;
    }

    Look last() {
        return last;
    }

    /** Looks on another thread, unless a look is under way. */
    void look(Executor executor) {
        Dispatch.once(executor, Claim.on(looking, node), this::look);
    }

    private void look() {
        if (closed) {
            return;
        }
        try {
            ServerList list = read();
            String off = list.facts().maxPrepared() == 0
                    ? "max_prepared_transactions = 0: PREPARE TRANSACTION is switched off, so XA transactions fail here"
                    : null;
            saw(list, off, true);
        } catch (Throwable e) {
            disconnect();
            boolean answered = e instanceof SQLException refused && ServerList.STANDBY.equals(refused.getSQLState());
            saw(null, NodeQueries.sentence(e), answered);
        }
    }

    /** Tries a new session before the node counts as one that does not answer: a pooler may end one that idles. */
    private ServerList read() throws SQLException {
        Wire kept = wire;
        if (kept != null && !kept.isClosed()) {
            try {
                return ServerList.read(node, kept);
            } catch (SQLException e) {
                if (closed) {
                    throw e;
                }
            }
        }
        disconnect();
        return ServerList.read(node, connect());
    }

    private Wire connect() throws SQLException {
        Wire open;
        try {
            open = node.connectForRecovery();
        } catch (SQLException e) {
            throw NoConnection.unreachable(node, e);
        }
        wire = open;
        if (closed) { // Meanwhile; then nothing else would disconnect it.
            disconnect();
        }
        return open;
    }

    private void saw(@Nullable ServerList list, @Nullable String problem, boolean reachable) {
        Look before = last;
        long now = clock.nanos();
        last = new Look(list, problem, reachable, now, before.reachable == reachable ? before.since : now);
        boolean first = !asked;
        asked = true;
        if (closed) {
            return;
        }
        if (!reachable && (first || before.reachable)) {
            LOG.warn(LogMessages.NOT_OBSERVED, node.name(), problem);
        } else if (reachable && !first && !before.reachable) {
            LOG.info(
                    LogMessages.OBSERVED_AGAIN,
                    node.name(),
                    Duration.ofNanos(now - before.since).toSeconds());
        }
    }

    private void disconnect() {
        Wire open = wire;
        wire = null;
        if (open != null) {
            open.abort();
        }
    }

    /** May be called while a look waits for an answer: closing the connection ends the wait. */
    @Override
    public void close() {
        closed = true;
        disconnect();
    }
}
